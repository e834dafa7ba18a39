namespace Microsoft.ML.Data;

/// <summary>The values of one column as a sequence.</summary>
public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName) =>
        data.GetColumn<T>(data.Schema[columnName]);

    /// <summary>T is the column's raw type; text may be read as string, a vector as array.</summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        Contracts.CheckNonEmpty(column.Name, nameof(column));
        var own = Contracts.NotNull(data).Schema[column.Index];
        Contracts.CheckParam(own.Name == column.Name && own.Type.Equals(column.Type), nameof(column),
            $"column with name {column.Name}, type {column.Type}, and index {column.Index} cannot be found in {nameof(data)}");
        if (column.Type.RawType == typeof(T)) return Read(data, column, (T value) => value);
        if (typeof(T) == typeof(string) && column.Type is TextDataViewType)
            return (IEnumerable<T>)Read(data, column, (ReadOnlyMemory<char> value) => value.ToString());
        var (raw, item) = (column.Type.GetItemType().RawType, typeof(T).GetElementType());
        if (typeof(T).IsArray && column.Type is VectorDataViewType
            && (item == raw || item == typeof(string) && raw == typeof(ReadOnlyMemory<char>)))
            return Generic.Call<IEnumerable<T>>(ReadArrays<int, int>, [raw, item], data, column);
        throw new ArgumentOutOfRangeException(nameof(column),
            $"Cannot map column (name: {column.Name}, type: {column.Type}) in data to the user-defined type, {typeof(T)}.");
    }

    private static IEnumerable<TOut> Read<T, TOut>(IDataView data, DataViewSchema.Column column, Func<T, TOut> convert)
    {
        using var cursor = data.GetRowCursor([column]);
        var read = cursor.Reader<T>(column);
        while (cursor.MoveNext()) yield return convert(read());
    }

    /// <summary>Slots that a sparse vector of texts leaves out stay null, as in ML.NET.</summary>
    private static IEnumerable<TOut[]> ReadArrays<T, TOut>(IDataView data, DataViewSchema.Column column)
    {
        var convert = MemberColumn.Converter<T, TOut>();
        return Read(data, column, (VBuffer<T> vector) =>
        {
            var items = new TOut[vector.Length];
            foreach (var (slot, value) in vector.Items()) items[slot] = convert(value);
            return items;
        });
    }
}
