namespace Microsoft.ML.Data;

/// <summary>Spreads the values of a column over [0, 1) by 30 bits of their MurmurHash3.</summary>
internal static class SamplingHash
{
    private const uint DefaultSeed = 314489979;
    private const uint Mask = (1 << 30) - 1;

    /// <summary>Reads the number of the row's value: NaN for an empty text.</summary>
    public static Func<double> Reader(DataViewRow row, DataViewSchema.Column column, uint? seed) =>
        Generic.Call<Func<double>>(MakeReader<int>, column.Type.RawType, row, column, seed ?? DefaultSeed);
    public static uint Round(uint hash, uint chunk) => BitOperations.RotateLeft(hash ^ Scramble(chunk), 13) * 5 + 0xE6546B64;

    private static Func<double> MakeReader<T>(DataViewRow row, DataViewSchema.Column column, uint seed)
    {
        var read = row.Reader<T>(column);
        return () => read() is var value && value is ReadOnlyMemory<char> { IsEmpty: true } ? double.NaN
            : ((Hash(value, seed) & Mask) + 0.5) / (Mask + 1.0);
    }

    private static uint Hash<T>(T value, uint seed) => value switch
    {
        ReadOnlyMemory<char> text => Hash(text.Span.Trim(' '), seed),
        long number => Hash((ulong)number, seed),
        ulong number => Finish(Round(Round(seed, (uint)number), (uint)(number >> 32)), sizeof(ulong)),
        DateTime time => Hash(time.Ticks, seed),
        DateTimeOffset time => Hash(time.UtcTicks, seed),
        TimeSpan time => Hash(time.Ticks, seed),
        _ => Finish(Round(seed, (uint)Convert.ToInt64(value, CultureInfo.InvariantCulture)), sizeof(uint)),
    };

    /// <summary>The hash of a text in UTF-8, where each UTF-16 unit counts by itself.</summary>
    private static uint Hash(ReadOnlySpan<char> text, uint hash)
    {
        ulong pending = 0;
        int bits = 0, length = 0;
        foreach (uint c in text)
        {
            var (bytes, size) = c <= 0x7F ? (c, 8) : c <= 0x7FF ? (0xC080 | c << 2 & 0x1F00 | c & 0x3F, 16)
                : (0xE08080 | c << 4 & 0xF0000 | c << 2 & 0x3F00 | c & 0x3F, 24);
            pending |= (ulong)bytes << bits;
            // as ML.NET does: bytes that were pending before are mixed up with the new ones
            if (size == 16) pending = (pending & 0xFF) << 8 | pending >> 8;
            if (size == 24) pending = (pending & 0xFF) << 16 | (pending >> 8 & 0xFF) << 8 | pending >> 16;
            bits += size;
            if (bits < 32) continue;
            hash = Round(hash, (uint)pending);
            pending >>= 32;
            bits -= 32;
            length += 4;
        }
        if (bits > 0) hash ^= Scramble((uint)pending & (1u << bits) - 1);
        return Finish(hash, length + bits / 8);
    }

    private static uint Finish(uint hash, int length)
    {
        hash ^= (uint)length;
        hash = (hash ^ hash >> 16) * 0x85EBCA6B;
        hash = (hash ^ hash >> 13) * 0xC2B2AE35;
        return hash ^ hash >> 16;
    }

    private static uint Scramble(uint chunk) => BitOperations.RotateLeft(chunk * 0xCC9E2D51, 15) * 0x1B873593;
}
