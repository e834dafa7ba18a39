using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MLNetExtensions.Networks.Training;

/// <summary>The one conversion of stored features to what a network takes: floats as they are, bytes as numbers from 0 to
/// 255.</summary>
internal static class FeatureValues
{
    /// <summary>Converts values one by one.</summary>
    public static void ToSingle<T>(ReadOnlySpan<T> values, Span<float> singles)
        where T : unmanaged, INumberBase<T>
    {
        if (typeof(T) == typeof(byte))
            Widen(MemoryMarshal.AsBytes(values), singles);
        else
            TensorPrimitives.ConvertTruncating(values, singles);
    }

    /// <summary>Converts a sparse row, zeros included.</summary>
    public static void ToSingle<T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> values, Span<float> row)
        where T : unmanaged, INumberBase<T>
    {
        row.Clear();
        for (int i = 0; i < indices.Length; i++)
            row[indices[i]] = float.CreateTruncating(values[i]);
    }

    private static void Widen(ReadOnlySpan<byte> bytes, Span<float> floats)
    {
        int i = 0;
        for (; i <= bytes.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(bytes[i..]), out Vector<ushort> low, out Vector<ushort> high);
            Store(low, floats[i..]);
            Store(high, floats[(i + Vector<ushort>.Count)..]);
        }
        for (; i < bytes.Length; i++)
            floats[i] = bytes[i];

        static void Store(Vector<ushort> values, Span<float> destination)
        {
            Vector.Widen(values, out Vector<uint> low, out Vector<uint> high);
            Vector.ConvertToSingle(low.As<uint, int>()).CopyTo(destination);
            Vector.ConvertToSingle(high.As<uint, int>()).CopyTo(destination[Vector<float>.Count..]);
        }
    }
}
