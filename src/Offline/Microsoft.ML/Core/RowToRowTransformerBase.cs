namespace Microsoft.ML.Data;

public abstract class RowToRowTransformerBase : ITransformer
{
    private protected RowToRowTransformerBase() { }
    bool ITransformer.IsRowToRowMapper => true;
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MakeMapping(Contracts.NotNull(inputSchema)).OutputSchema;
    public IDataView Transform(IDataView input) => MakeMapping(Contracts.NotNull(input).Schema).Apply(input);
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => MakeMapping(Contracts.NotNull(inputSchema));

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(VersionInfo.For(GetType()));
        SaveModel(ctx);
    }

    /// <summary>Checks the input schema and says what is computed from it.</summary>
    private protected abstract RowMapping MakeMapping(DataViewSchema inputSchema);
    private protected abstract void SaveModel(ModelSaveContext ctx);
}
