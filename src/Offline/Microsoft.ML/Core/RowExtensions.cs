namespace Microsoft.ML.Data;

internal static class RowExtensions
{
    public static Delegate GetGetter(this DataViewRow row, DataViewSchema.Column column) =>
        Generic.Call<Delegate>(row.GetGetter<int>, column.Type.RawType, column);
    public static ValueGetter<TValue> As<TValue>(this Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}, not {typeof(TValue)}.");

    /// <summary>Reads the value of the row; of vectors always into the same buffers.</summary>
    public static Func<T> Reader<T>(this DataViewRow row, DataViewSchema.Column column)
    {
        var get = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            get(ref value);
            return value;
        };
    }

    public static bool[] Mask(this DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var mask = new bool[schema.Count];
        foreach (var column in columns) mask[column.Index] = true;
        return mask;
    }
}
