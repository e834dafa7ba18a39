namespace MLNetExtensions.Networks.Training;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014): a small random number generator whose stream is fixed by its seeds, so each example
/// of each epoch has a stream of its own, whichever thread prepares it. Mutable: pass it by reference.
/// </summary>
public struct SplitMix64
{
    private ulong _state;

    /// <summary>The stream of the given seeds: a run's seed, an epoch, an example.</summary>
    public SplitMix64(params ReadOnlySpan<int> seeds)
    {
        foreach (int seed in seeds)
        {
            _state ^= (uint)seed;
            _state = NextUInt64();
        }
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>A draw from the standard normal distribution (Box and Muller, 1958).</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>An integer from 0 to <paramref name="exclusiveMaximum"/> − 1.</summary>
    public int Next(int exclusiveMaximum) => (int)Math.BigMul(NextUInt64(), (ulong)exclusiveMaximum, out _);

    /// <summary>Brings <paramref name="values"/> into a random order (Fisher and Yates).</summary>
    internal void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int other = Next(i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }
}
