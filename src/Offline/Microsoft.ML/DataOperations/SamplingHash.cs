using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Spreads the values of a column over [0, 1) by a hash of 30 bits.</summary>
internal static class SamplingHash
{
    private const uint DefaultSeed = 314489979;
    private const uint Mask = (1 << 30) - 1;

    /// <summary>Reads the number of the row's value: NaN for an empty text.</summary>
    public static Func<double> Reader(DataViewRow row, DataViewSchema.Column column, uint? seed) =>
        Generic.Call<Func<double>>(MakeReader<int>, column.Type.RawType, row, column, seed ?? DefaultSeed);

    private static Func<double> MakeReader<T>(DataViewRow row, DataViewSchema.Column column, uint seed)
    {
        var getter = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            getter(ref value);
            if (value is ReadOnlyMemory<char> { IsEmpty: true }) return double.NaN;
            return ((Hash(value, seed) & Mask) + 0.5) / (Mask + 1.0);
        };
    }

    private static uint Hash<T>(T value, uint seed) => value switch
    {
        ReadOnlyMemory<char> text => Murmur.Text(seed, text.Span.Trim(' ')),
        long number => Hash((ulong)number, seed),
        ulong number => Murmur.Finish(Murmur.Round(Murmur.Round(seed, (uint)number), (uint)(number >> 32)), sizeof(ulong)),
        DateTime time => Hash(time.Ticks, seed),
        DateTimeOffset time => Hash(time.UtcTicks, seed),
        TimeSpan time => Hash(time.Ticks, seed),
        _ => Murmur.Finish(Murmur.Round(seed, (uint)Convert.ToInt64(value, CultureInfo.InvariantCulture)), sizeof(uint)),
    };
}
