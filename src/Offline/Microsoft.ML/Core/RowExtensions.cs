namespace Microsoft.ML.Data;

internal static class RowExtensions
{
    /// <summary>The getter of a column by its own raw type.</summary>
    public static Delegate GetGetter(this DataViewRow row, DataViewSchema.Column column) =>
        Generic.Call<Delegate>(row.GetGetter<int>, column.Type.RawType, column);

    /// <summary>The getter of an annotation by its own raw type.</summary>
    public static Delegate GetGetter(DataViewSchema.Annotations annotations, DataViewSchema.Column annotation) =>
        Generic.Call<Delegate>(annotations.GetGetter<int>, annotation.Type.RawType, annotation);

    /// <summary>What a cursor throws when a column is read as another type than it has.</summary>
    public static ValueGetter<TValue> As<TValue>(this Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}, not to be read as {typeof(TValue)}.");

    /// <summary>Which columns of a schema are among those.</summary>
    public static bool[] Mask(this DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        var mask = new bool[schema.Count];
        foreach (var column in columns) mask[column.Index] = true;
        return mask;
    }
}
