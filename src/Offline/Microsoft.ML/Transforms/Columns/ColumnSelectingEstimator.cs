namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(string[] columns, bool keep, bool keepHidden) : base(new(columns, keep, keepHidden)) { }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Transformer.CheckPresent(Contracts.NotNull(inputSchema).Select(c => c.Name));
        return new(inputSchema.Where(c => Transformer.Columns.Contains(c.Name) == Transformer.Keep));
    }
}

/// <summary>Keeps or drops columns by name. Kept ones come in the order asked for, hidden ones of the same name with them or
/// not.</summary>
public sealed class ColumnSelectingTransformer : ITransformer
{
    private readonly bool _keepHidden;

    internal ColumnSelectingTransformer(string[] columns, bool keep, bool keepHidden)
    {
        Contracts.Check(columns is { Length: > 0 }, $"No columns to {(keep ? "keep" : "drop")} are given.");
        (Columns, Keep, _keepHidden) = (columns, keep, keepHidden);
    }

    bool ITransformer.IsRowToRowMapper => true;
    internal string[] Columns { get; }
    internal bool Keep { get; }
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MakeMapping(inputSchema).OutputSchema;
    public IDataView Transform(IDataView input) => MakeMapping(Contracts.NotNull(input).Schema).Apply(input);
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapping(inputSchema);

    internal void CheckPresent(IEnumerable<string> present)
    {
        var missing = Columns.Except(present).ToArray();
        if (missing.Length > 0) throw Contracts.ExceptSchemaMismatch("inputSchema", "input", string.Join(",", missing));
    }

    private RowMapping MakeMapping(DataViewSchema inputSchema)
    {
        CheckPresent(Contracts.NotNull(inputSchema).Select(c => c.Name));
        return new(inputSchema, (Keep
            ? Columns.SelectMany(name => inputSchema.Where(c => c.Name == name && (_keepHidden || !c.IsHidden)))
            : inputSchema.Where(c => !Columns.Contains(c.Name))).Select(c => c.Index));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(VersionInfo.For(typeof(ColumnSelectingTransformer)));
        ctx.Writer.Write(Keep);
        ctx.Writer.Write(_keepHidden);
        ctx.SaveArray(Columns, ctx.SaveNonEmptyString);
    }

    private static ColumnSelectingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (keep, keepHidden) = (ctx.Reader.ReadBoolean(), ctx.Reader.ReadBoolean());
        return new(ctx.LoadArray(ctx.LoadNonEmptyString), keep, keepHidden);
    }
}
