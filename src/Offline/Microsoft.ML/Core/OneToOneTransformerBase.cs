namespace Microsoft.ML.Data;

public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    internal readonly InputOutputColumnPair[] ColumnPairs;
    private readonly ColumnFunction[] _functions;
    private protected readonly byte Option;

    /// <param name="columns">The output and input columns.</param>
    /// <param name="functions">What was learnt to do to each column, where that is how they are mapped.</param>
    /// <param name="option">What a derived class maps all columns by.</param>
    private protected OneToOneTransformerBase(InputOutputColumnPair[] columns, ColumnFunction[] functions = null, byte option = 0)
    {
        var names = new HashSet<string>();
        foreach (var pair in Contracts.NotNull(columns))
        {
            Contracts.CheckNonEmpty(pair.InputColumnName, nameof(columns));
            Contracts.CheckParam(names.Add(pair.OutputColumnName), nameof(columns), $"'{pair.OutputColumnName}' is given twice");
        }
        (ColumnPairs, _functions, Option) = (columns, functions ?? [], option);
    }

    private protected OneToOneTransformerBase(ModelLoadContext ctx)
        : this(ctx.LoadArray(() => new InputOutputColumnPair(ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString())),
            ctx.LoadArray(() => ColumnFunction.Load(ctx)), ctx.Reader.ReadByte()) { }

    private protected sealed override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SaveArray(ColumnPairs, pair =>
        {
            ctx.SaveNonEmptyString(pair.OutputColumnName);
            ctx.SaveNonEmptyString(pair.InputColumnName);
        });
        ctx.SaveArray(_functions, function => function.Save(ctx));
        ctx.Writer.Write(Option);
    }

    private protected sealed override RowMapping MakeMapping(DataViewSchema inputSchema) =>
        new(inputSchema, ColumnPairs.Select((pair, i) =>
            MapColumn(i, pair.OutputColumnName, inputSchema.Find(pair.InputColumnName))));

    /// <summary>Checks the type of the i-th input column and says how the output column is computed from it.</summary>
    private protected virtual MappedColumn MapColumn(int i, string outputColumnName, DataViewSchema.Column input) =>
        _functions[i].Map(outputColumnName, input);
}
