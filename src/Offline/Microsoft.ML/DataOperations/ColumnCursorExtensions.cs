namespace Microsoft.ML.Data;

/// <summary>The values of one column as a sequence.</summary>
public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName) =>
        data.GetColumn<T>(data.Schema[columnName]);

    /// <summary>T is the column's raw type; text may be read as string, a vector as array.</summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(column.Name, nameof(column));
        var own = data.Schema[column.Index];
        Contracts.CheckParam(own.Name == column.Name && own.Type.Equals(column.Type), nameof(column),
            $"column with name {column.Name}, type {column.Type}, and index {column.Index} cannot be found in {nameof(data)}");
        if (column.Type.RawType == typeof(T)) return Read(data, column, (in T value) => value);
        if (typeof(T) == typeof(string) && column.Type is TextDataViewType)
            return (IEnumerable<T>)Read(data, column, (in ReadOnlyMemory<char> value) => value.ToString());
        if (typeof(T).IsArray && column.Type is VectorDataViewType vector)
        {
            var itemType = typeof(T).GetElementType();
            if (itemType == vector.ItemType.RawType) return Generic.Call<IEnumerable<T>>(ReadArrays<int>, itemType, data, column);
            if (itemType == typeof(string) && vector.ItemType is TextDataViewType)
                return (IEnumerable<T>)Read(data, column, (in VBuffer<ReadOnlyMemory<char>> value) => ToStrings(value));
        }
        throw new ArgumentOutOfRangeException(nameof(column),
            $"Cannot map column (name: {column.Name}, type: {column.Type}) in data to the user-defined type, {typeof(T)}.");
    }

    private delegate TOut Converter<T, TOut>(in T value);

    private static IEnumerable<TOut> Read<T, TOut>(IDataView data, DataViewSchema.Column column, Converter<T, TOut> convert)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<T>(column);
        T value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            yield return convert(in value);
        }
    }

    private static IEnumerable<T[]> ReadArrays<T>(IDataView data, DataViewSchema.Column column) =>
        Read(data, column, (in VBuffer<T> value) => value.DenseValues().ToArray());

    /// <summary>Slots that a sparse vector leaves out stay null, as in ML.NET.</summary>
    private static string[] ToStrings(VBuffer<ReadOnlyMemory<char>> vector)
    {
        var strings = new string[vector.Length];
        foreach (var (slot, text) in vector.Items()) strings[slot] = text.ToString();
        return strings;
    }
}
