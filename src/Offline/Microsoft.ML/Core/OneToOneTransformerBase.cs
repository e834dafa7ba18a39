namespace Microsoft.ML.Data;

public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    internal readonly ColumnPair[] ColumnPairs;
    private readonly ColumnFunction[] _functions;

    /// <param name="columns">The output and input columns.</param>
    /// <param name="functions">What was learnt to do to each column, where that is how they are mapped.</param>
    private protected OneToOneTransformerBase(ColumnPair[] columns, ColumnFunction[] functions = null)
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
        (ColumnPairs, _functions) = (columns, functions ?? []);
    }

    private protected OneToOneTransformerBase(ModelLoadContext ctx)
        : this(ctx.LoadArray(() => (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString())),
            ctx.LoadArray(() => ColumnFunction.Load(ctx))) { }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SaveArray(ColumnPairs, pair =>
        {
            ctx.SaveNonEmptyString(pair.outputColumnName);
            ctx.SaveNonEmptyString(pair.inputColumnName);
        });
        ctx.SaveArray(_functions, function => function.Save(ctx));
    }

    private protected sealed override RowMapping MakeMapping(DataViewSchema inputSchema) =>
        new(inputSchema, ColumnPairs.Select((pair, i) =>
            MapColumn(i, pair.outputColumnName, inputSchema.Find(pair.inputColumnName))));

    /// <summary>Checks the type of the i-th input column and says how the output column is computed from it.</summary>
    private protected virtual MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input) =>
        _functions[i].Map(outputColumnName, input);
}
