using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>Scores one row at a time, for prediction engines; allocates nothing a row.</summary>
internal sealed class ScoringRowMapper(NeuralNetworkTransformer transformer, DataViewSchema inputSchema) : IRowToRowMapper
{
    private readonly Column[] _features = transformer.Features.Find(inputSchema);

    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema { get; } = transformer.GetOutputSchema(inputSchema);

    public IEnumerable<Column> GetDependencies(IEnumerable<Column> dependingColumns)
    {
        bool[] active = Activate(dependingColumns);
        bool scored = active.AsSpan(inputSchema.Count).Contains(true);
        return inputSchema.Where(
            column => active[column.Index] || (scored && _features.Any(feature => feature.Index == column.Index)));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<Column> activeColumns) =>
        new ScoringRow(transformer, input, _features, OutputSchema, Activate(activeColumns));

    private bool[] Activate(IEnumerable<Column> columns)
    {
        bool[] active = new bool[OutputSchema.Count];
        foreach (Column column in columns)
            active[column.Index] = true;
        return active;
    }
}
