using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Trainers;

/// <summary>The number of keys that rows are padded and cut to.</summary>
internal static class SequenceLength
{
    /// <summary>The most where nobody asked for more: time and memory grow with the longest row, and one of them may be a
    /// book.</summary>
    public const int Default = 512;

    /// <summary>That of the column, or of its longest row.</summary>
    /// <param name="data">The training data.</param>
    /// <param name="column">Its keys.</param>
    /// <param name="maximum">The most.</param>
    /// <param name="cancellation">Ends the search.</param>
    public static int Find(IDataView data, Column column, int maximum, FitCancellation cancellation)
    {
        VectorDataViewType type = (VectorDataViewType)column.Type;
        if (type.IsKnownSize)
            return Math.Min(type.Size, maximum);
        Type key = type.ItemType.RawType;
        int longest = key == typeof(uint) ? Longest<uint>(data, column, cancellation)
            : key == typeof(ushort) ? Longest<ushort>(data, column, cancellation)
            : Longest<byte>(data, column, cancellation);
        return Math.Clamp(longest, 1, maximum);
    }

    private static int Longest<T>(IDataView data, Column column, FitCancellation cancellation)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<VBuffer<T>> getter = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> keys = default;
        int longest = 0;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCanceled();
            getter(ref keys);
            longest = Math.Max(longest, keys.Length);
        }
        return longest;
    }
}
