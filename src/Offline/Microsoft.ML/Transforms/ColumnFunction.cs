namespace Microsoft.ML.Transforms;

/// <summary>What a transformer learnt to do to a column of a type.</summary>
internal abstract class ColumnFunction(DataViewType type)
{
    protected DataViewType Type => type;
    public abstract MappedColumn Map(string outputColumnName, DataViewSchema.Column input);

    public void Save(ModelSaveContext ctx)
    {
        ctx.Writer.WriteType(type);
        SaveValues(ctx);
    }

    /// <param name="load">A generic method (type, context), called with the item type of the column.</param>
    public static ColumnFunction Load(ModelLoadContext ctx, Delegate load)
    {
        var type = ctx.Reader.ReadType();
        return Generic.Call<ColumnFunction>(load, type.GetItemType().RawType, type, ctx);
    }

    protected abstract void SaveValues(ModelSaveContext ctx);
}
