namespace Microsoft.ML.Transforms;

/// <summary>What a transformer learnt to do to a column of a type.</summary>
internal abstract class ColumnFunction
{
    public abstract MappedColumn Map(string outputColumnName, DataViewSchema.Column input);
    public abstract void Save(ModelSaveContext ctx);

    public static ColumnFunction Load(ModelLoadContext ctx)
    {
        var (type, name) = (ctx.Reader.ReadType(), ctx.LoadNonEmptyString());
        var definition = typeof(ColumnFunction).Assembly.GetType($"{typeof(ColumnFunction).Namespace}.{name}");
        Contracts.CheckDecode(definition?.IsSubclassOf(typeof(ColumnFunction)) == true, $"Corrupt model: no function {name}.");
        return Generic.Call<ColumnFunction>(Load<int>, type.GetItemType().RawType, definition, type, ctx);
    }

    private static ColumnFunction Load<T>(Type definition, DataViewType type, ModelLoadContext ctx) =>
        Generic.New<ColumnFunction>(definition, typeof(T), type,
            ctx.LoadArray(() => ctx.LoadArray(ctx.Reader.ReadValue<T>)), ctx.Reader.ReadBoolean());
}

/// <summary>A function given by lists of values and a flag. Derived classes have one constructor of these parameters.</summary>
internal abstract class ColumnFunction<T>(DataViewType type, T[][] values, bool flag) : ColumnFunction
{
    protected DataViewType Type => type;
    protected T[][] Values => values;

    public sealed override void Save(ModelSaveContext ctx)
    {
        ctx.Writer.WriteType(type);
        ctx.SaveNonEmptyString(GetType().Name);
        ctx.SaveArray(values, list => ctx.SaveArray(list, ctx.Writer.WriteValue));
        ctx.Writer.Write(flag);
    }
}
