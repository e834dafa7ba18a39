namespace Microsoft.ML.Data;

public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    internal readonly ColumnPair[] ColumnPairs;
    private readonly ColumnFunction[] _functions = [];

    private protected OneToOneTransformerBase(IHost host, params ColumnPair[] columns) : base(host)
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

    /// <summary>A transformer that does to each column what was learnt for it.</summary>
    private protected OneToOneTransformerBase(IHost host, ColumnPair[] columns, ColumnFunction[] functions)
        : this(host, columns) => _functions = functions;

    /// <param name="loadFunction">Loads the function of a column, of a type given as type argument.</param>
    private protected OneToOneTransformerBase(IHost host, ModelLoadContext ctx, Delegate loadFunction = null)
        : this(host, ctx.LoadArray(() => (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString()))) =>
        _functions = ctx.LoadArray(() => ColumnFunction.Load(ctx, loadFunction));

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
