namespace Microsoft.ML.Data;

/// <summary>A transformer that makes each output column from one input column.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    internal readonly (string outputColumnName, string inputColumnName)[] ColumnPairs;

    private protected OneToOneTransformerBase(IHost host,
        params (string outputColumnName, string inputColumnName)[] columns) : base(host)
    {
        Contracts.CheckValue(columns, nameof(columns));
        var names = new HashSet<string>();
        foreach (var (output, input) in columns)
        {
            Contracts.CheckNonEmpty(input, nameof(columns));
            Contracts.CheckNonEmpty(output, nameof(columns));
            Contracts.CheckParam(names.Add(output), nameof(columns),
                $"Name of the result column '{output}' specified multiple times");
        }
        ColumnPairs = columns;
    }

    private protected OneToOneTransformerBase(IHost host, ModelLoadContext ctx)
        : this(host, ctx.LoadArray(() => (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString()))) { }

    /// <summary>Writes the names of the columns, which the constructor from a load context reads.</summary>
    private protected void SaveColumns(ModelSaveContext ctx) => ctx.SaveArray(ColumnPairs, pair =>
    {
        ctx.SaveNonEmptyString(pair.outputColumnName);
        ctx.SaveNonEmptyString(pair.inputColumnName);
    });

    private protected sealed override RowMapping MakeMapping(DataViewSchema inputSchema) =>
        new(inputSchema, ColumnPairs.Select((pair, i) =>
            MapColumn(i, pair.outputColumnName, inputSchema.Find(pair.inputColumnName))));

    /// <summary>Checks the type of the i-th input column and says how the output column is computed from it.</summary>
    private protected abstract MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input);
}
