using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(columnName, nameof(columnName));
        return data.GetColumn<T>(data.Schema[columnName]);
    }

    /// <summary>The values of a column: text also as strings, vectors also as arrays.</summary>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        Contracts.CheckValue(data, nameof(data));
        var (type, item) = (column.Type, (column.Type as VectorDataViewType)?.ItemType);
        if (type.RawType == typeof(T)) return Read(data, column, (T value) => value);
        if (typeof(T) == typeof(string) && type is TextDataViewType) return Read(data, column, (ReadOnlyMemory<char> text) => (T)(object)text.ToString());
        if (typeof(T) == typeof(string[]) && item is TextDataViewType)
            return Read(data, column, (VBuffer<ReadOnlyMemory<char>> texts) => (T)(object)texts.DenseValues().Select(t => t.ToString()).ToArray());
        if (typeof(T).IsArray && typeof(T).GetElementType() == item?.RawType) return Generic.Call<IEnumerable<T>>(Arrays<int>, item.RawType, data, column);
        throw new ArgumentOutOfRangeException(nameof(column),
            $"Cannot map column (name: {column.Name}, type: {type}) in data to the user-defined type, {typeof(T)}.");
    }

    private static IEnumerable<T[]> Arrays<T>(IDataView data, DataViewSchema.Column column) => Read(data, column, (VBuffer<T> vector) =>
    {
        var items = new T[vector.Length];
        vector.CopyTo(items);
        return items;
    });

    private static IEnumerable<T> Read<TValue, T>(IDataView data, DataViewSchema.Column column, Func<TValue, T> convert)
    {
        using var cursor = data.GetRowCursor([column]);
        var get = cursor.GetGetter<TValue>(column);
        TValue value = default;
        while (cursor.MoveNext())
        {
            get(ref value);
            yield return convert(value);
        }
    }
}
