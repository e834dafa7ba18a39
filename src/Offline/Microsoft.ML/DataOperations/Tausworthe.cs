namespace Microsoft.ML.Data;

/// <summary>The random numbers of ML.NET: three Tausworthe generators and a linear congruential one, combined by xor.</summary>
internal sealed class Tausworthe : Random
{
    private uint _z1, _z2, _z3, _z4;

    public Tausworthe(uint seed)
    {
        (_z1, _z2) = (seed, SamplingHash.Round(seed, seed));
        _z3 = SamplingHash.Round(_z2, seed);
        _z4 = SamplingHash.Round(_z3, seed);
    }

    public Tausworthe(Random seeds) =>
        (_z1, _z2, _z3, _z4) = (State(seeds), State(seeds), State(seeds), Bits(seeds));
    public override int Next() => (int)(NextBits() & int.MaxValue);
    public override int Next(int maxValue) => (int)((ulong)NextBits() * (ulong)maxValue >> 32);
    public override int Next(int minValue, int maxValue) => (int)((long)(NextDouble() * ((long)maxValue - minValue)) + minValue);
    public override double NextDouble() => NextBits() / (double)(1L << 32);
    public override float NextSingle() => (NextBits() >> 9) / (float)(1 << 23);

    private uint NextBits()
    {
        _z1 = (_z1 & ~0x1u) << 12 ^ (_z1 << 13 ^ _z1) >> 19;
        _z2 = (_z2 & ~0x7u) << 4 ^ (_z2 << 2 ^ _z2) >> 25;
        _z3 = (_z3 & ~0xFu) << 17 ^ (_z3 << 3 ^ _z3) >> 11;
        _z4 = 1664525 * _z4 + 1013904223;
        return _z1 ^ _z2 ^ _z3 ^ _z4;
    }

    private static uint Bits(Random random) => (uint)random.Next(1 << 16) << 16 | (uint)random.Next(1 << 16);

    /// <summary>A Tausworthe state must not be one of the small numbers that its mask wipes out.</summary>
    private static uint State(Random random) => Bits(random) is >= 128 and var bits ? bits : State(random);
}
