namespace Microsoft.ML.Data;

internal static class RowExtensions
{
    public static Delegate GetGetter(this DataViewRow row, DataViewSchema.Column column) =>
        Generic.Call<Delegate>(row.GetGetter<int>, column.Type.RawType, column);
    public static ValueGetter<TValue> As<TValue>(this Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}, not to be read as {typeof(TValue)}.");

    public static bool[] Mask(this DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var mask = new bool[schema.Count];
        foreach (var column in columns) mask[column.Index] = true;
        return mask;
    }
}
