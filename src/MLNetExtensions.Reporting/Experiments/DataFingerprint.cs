using System.IO.Hashing;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Reporting.Experiments;

/// <summary>Tells whether two data sets are the same: the XXH3 hash (Collet) of names, types and values, row by row.</summary>
internal static class DataFingerprint
{
    public static string Of(IDataView data)
    {
        DataViewSchema.Column[] columns = [.. data.Schema.Where(column => !column.IsHidden && IsOfValues(column.Type))];
        XxHash128 hash = new();
        foreach (DataViewSchema.Column column in columns)
            Append(hash, $"{column.Name}:{column.Type};");
        long rows = 0;
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        Action<XxHash128>[] readers = [.. columns.Select(column => Reader(cursor, column))];
        for (; cursor.MoveNext(); rows++)
        {
            foreach (Action<XxHash128> read in readers)
                read(hash);
        }
        return FormattableString.Invariant($"{rows} rows, {Convert.ToHexStringLower(hash.GetCurrentHash())}");
    }

    /// <summary>Images and the like have no values to compare.</summary>
    private static bool IsOfValues(DataViewType type) =>
        ((type as VectorDataViewType)?.ItemType ?? type) is PrimitiveDataViewType and not RowIdDataViewType;

    private static Action<XxHash128> Reader(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        Type item = ((column.Type as VectorDataViewType)?.ItemType ?? column.Type).RawType;
        string method = (column.Type is VectorDataViewType, item == typeof(ReadOnlyMemory<char>)) switch
        {
            (true, true) => nameof(Texts),
            (true, false) => nameof(Vector),
            (false, true) => nameof(Text),
            _ => nameof(Scalar),
        };
        MethodInfo reader = typeof(DataFingerprint).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!;
        return (Action<XxHash128>)(reader.IsGenericMethod ? reader.MakeGenericMethod(item) : reader)
            .Invoke(null, [cursor, column])!;
    }

    private static Action<XxHash128> Scalar<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
        where T : unmanaged
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(column);
        T value = default;
        return hash =>
        {
            getter(ref value);
            hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));
        };
    }

    private static Action<XxHash128> Vector<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
        where T : unmanaged
    {
        ValueGetter<VBuffer<T>> getter = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        T[] dense = [];
        return hash =>
        {
            getter(ref buffer);
            if (dense.Length != buffer.Length)
                dense = new T[buffer.Length];
            // Sparse or dense is a matter of storage.
            buffer.CopyTo(dense);
            hash.Append(BitConverter.GetBytes(dense.Length));
            hash.Append(MemoryMarshal.AsBytes(dense.AsSpan()));
        };
    }

    private static Action<XxHash128> Text(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        return hash =>
        {
            getter(ref text);
            Append(hash, text.Span);
        };
    }

    private static Action<XxHash128> Texts(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> texts = default;
        return hash =>
        {
            getter(ref texts);
            hash.Append(BitConverter.GetBytes(texts.Length));
            foreach (ReadOnlyMemory<char> text in texts.DenseValues())
                Append(hash, text.Span);
        };
    }

    /// <summary>The length comes first, so that "ab", "c" is not "a", "bc".</summary>
    private static void Append(XxHash128 hash, ReadOnlySpan<char> text)
    {
        hash.Append(BitConverter.GetBytes(text.Length));
        hash.Append(MemoryMarshal.AsBytes(text));
    }
}
