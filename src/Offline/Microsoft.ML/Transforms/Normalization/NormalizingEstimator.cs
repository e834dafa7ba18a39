using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Learns, in one pass over the data, how to bring columns to a common scale.</summary>
public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly IHost _host;
    private readonly (string outputColumnName, string inputColumnName)[] _columns;
    private readonly long _maximumExampleCount;
    private readonly NormalizerOptions _options;

    internal NormalizingEstimator(IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns,
        long maximumExampleCount, NormalizerOptions options)
    {
        foreach (var (output, input) in columns)
        {
            Contracts.CheckNonEmpty(output, "name");
            Contracts.CheckNonEmpty(input, "inputColumnName");
        }
        Contracts.CheckParam(columns.Length == 0 || maximumExampleCount > 1, nameof(maximumExampleCount),
            "Must be greater than 1");
        (_host, _columns) = (env.Register(nameof(NormalizingEstimator)), columns);
        (_maximumExampleCount, _options) = (maximumExampleCount, options);
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        var inputs = Array.ConvertAll(_columns, c => input.Schema.Find(c.inputColumnName, paramName: nameof(input)));
        foreach (var column in inputs)
            Contracts.CheckParam(MissingValues.IsReal(column.Type.GetItemType()) && column.Type.GetValueCount() > 0,
                nameof(input),
                $"Column '{column.Name}' must be a Single or a Double, or a vector of known size of these, but is {column.Type}");

        using var progress = _host.StartProgressChannel("Normalize");
        long rows = 0;
        progress.SetHeader(new ProgressHeader("examples"), e => e.SetProgress(0, rows));
        using var cursor = input.GetRowCursor(inputs);
        var fits = Array.ConvertAll(inputs, column => NormalizerFit.Create(cursor, column, _options, _maximumExampleCount));
        for (var wantsMore = true; wantsMore && cursor.MoveNext(); rows++)
        {
            _host.CheckAlive();
            wantsMore = false;
            foreach (var fit in fits) wantsMore |= fit.AddRow();
        }
        progress.Checkpoint(rows);
        return new(_host, _columns, Array.ConvertAll(inputs, c => c.Type), Array.ConvertAll(fits, f => f.Finish()));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(_columns.Select(pair =>
        {
            var source = inputSchema.Find(pair.inputColumnName);
            if (source.Kind == SchemaShape.Column.VectorKind.VariableVector)
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", source.Name, "known-size vector or scalar",
                    source.GetTypeString());
            if (!MissingValues.IsReal(source.ItemType))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", source.Name,
                    "vector or scalar of Single or Double", source.GetTypeString());
            return new SchemaShape.Column(pair.outputColumnName, source.Kind, source.ItemType, source.IsKey,
                new([AnnotationShapes.IsNormalized, .. source.Keep(AnnotationUtils.Kinds.SlotNames)]));
        }));
    }
}
