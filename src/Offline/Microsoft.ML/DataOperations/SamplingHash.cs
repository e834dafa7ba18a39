using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Spreads the values of a column over [0, 1) by a hash of 30 bits.</summary>
internal static class SamplingHash
{
    private const uint DefaultSeed = 314489979;
    private const uint Mask = (1 << 30) - 1;

    /// <summary>Reads the number of the row's value: NaN for an empty text.</summary>
    public static Func<double> Reader(DataViewRow row, DataViewSchema.Column column, uint? seed) => column.Type is VectorDataViewType vector
        ? Generic.Call<Func<double>>(ReadVector<int>, vector.ItemType.RawType, row, column, seed ?? DefaultSeed)
        : Generic.Call<Func<double>>(ReadScalar<int>, column.Type.RawType, row, column, seed ?? DefaultSeed);

    private static Func<double> ReadScalar<T>(DataViewRow row, DataViewSchema.Column column, uint seed)
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            var hash = seed;
            return TryAdd(ref hash, value, out var size) ? Fraction(size == 0 ? hash : Murmur.Finish(hash, size)) : double.NaN;
        };
    }

    private static Func<double> ReadVector<T>(DataViewRow row, DataViewSchema.Column column, uint seed)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        return () =>
        {
            getter(ref vector);
            var hash = seed;
            var size = 0;
            foreach (var value in vector.DenseValues())
                if (!TryAdd(ref hash, value, out size))
                    return double.NaN;
            return Fraction(size == 0 ? hash : Murmur.Finish(hash, vector.Length * size));
        };
    }

    private static double Fraction(uint hash) => ((hash & Mask) + 0.5) / (Mask + 1.0);

    /// <summary>
    /// Adds a value to a hash; false if it is missing. The size is that of the value in bytes, 0 for a text, whose hash is
    /// complete by itself.
    /// </summary>
    private static bool TryAdd<T>(ref uint hash, T value, out int size)
    {
        size = sizeof(uint);
        switch (value)
        {
            case ReadOnlyMemory<char> text:
                size = 0;
                hash = Murmur.Text(hash, text.Span.Trim(' '));
                return !text.IsEmpty;
            case float number:
                hash = Murmur.Round(hash, BitConverter.SingleToUInt32Bits(number == 0 ? 0 : number));
                return !float.IsNaN(number);
            case double number:
                size = sizeof(ulong);
                hash = Murmur.Round(hash, BitConverter.DoubleToUInt64Bits(number == 0 ? 0 : number));
                return !double.IsNaN(number);
            case long or ulong or DateTime or DateTimeOffset or TimeSpan:
                size = sizeof(ulong);
                hash = Murmur.Round(hash, value switch
                {
                    DateTime time => (ulong)time.Ticks,
                    DateTimeOffset time => (ulong)time.UtcTicks,
                    TimeSpan time => (ulong)time.Ticks,
                    ulong number => number,
                    _ => (ulong)(long)(object)value,
                });
                return true;
            case bool flag:
                hash = Murmur.Round(hash, flag ? 1u : 0u);
                return true;
            default:
                hash = Murmur.Round(hash, (uint)Convert.ToInt64(value, CultureInfo.InvariantCulture));
                return true;
        }
    }
}
