using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Random numbers as a function of a key and a counter (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011): any
/// part of the sequence can be had at any time, on any thread.
/// </summary>
internal readonly struct CounterRandom
{
    private readonly uint _first, _second;

    public CounterRandom(int seed, int stream, long step)
    {
        ulong key = Mix(Mix(Mix((uint)seed) + (uint)stream) + (ulong)step);
        (_first, _second) = ((uint)key, (uint)(key >> 32));
    }

    /// <summary>Sets each value to zero with a probability, else to <paramref name="kept"/>.</summary>
    /// <param name="start">The counter of the first value.</param>
    /// <param name="values">Receives the numbers.</param>
    /// <param name="zeroProbability">In [0, 1).</param>
    /// <param name="kept">What is not zero.</param>
    public void Select<T>(long start, Span<T> values, double zeroProbability, T kept)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        uint threshold = (uint)(zeroProbability * (1L << 32));
        int i = 0;
        if (typeof(T) == typeof(float))
        {
            Span<uint> bits = MemoryMarshal.Cast<T, uint>(values);
            Vector<uint> keptBits = new(BitConverter.SingleToUInt32Bits(float.CreateTruncating(kept))), limit = new(threshold);
            for (; i <= bits.Length - Vector<uint>.Count; i += Vector<uint>.Count)
            {
                Vector<uint> random = Next(Vector<uint>.Indices + new Vector<uint>((uint)(start + i)));
                (Vector.GreaterThanOrEqual(random, limit) & keptBits).CopyTo(bits[i..]);
            }
        }
        for (; i < values.Length; i++)
            values[i] = Next(new Vector<uint>((uint)(start + i)))[0] >= threshold ? kept : T.Zero;
    }

    /// <summary>Draws numbers from the standard normal distribution (Box and Muller, 1958).</summary>
    /// <param name="start">The counter of the first value.</param>
    /// <param name="values">Receives the numbers.</param>
    public void Normal<T>(long start, Span<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const double Unit = 1.0 / (1L << 32);
        for (int i = 0; i < values.Length; i++)
        {
            // Two numbers to a value, at counters of their own: whatever is asked for together, a value is the same.
            uint counter = 2 * (uint)(start + i);
            double radius = Math.Sqrt(-2 * Math.Log((Next(counter) + 0.5) * Unit));
            values[i] = T.CreateTruncating(radius * Math.Cos(2 * Math.PI * Unit * Next(counter + 1)));
        }
    }

    private uint Next(uint counter) => Next(new Vector<uint>(counter))[0];

    /// <summary>A bijection of 32 bits that mixes well (Wellons' lowbias32), with a key before and within.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<uint> Next(Vector<uint> counter)
    {
        Vector<uint> x = counter + new Vector<uint>(_first);
        x = (x ^ (x >>> 16)) * 0x7feb352d;
        x = (x ^ (x >>> 15) ^ new Vector<uint>(_second)) * 0x846ca68b;
        return x ^ (x >>> 16);
    }

    /// <summary>SplitMix64 (Steele et al., 2014).</summary>
    private static ulong Mix(ulong x)
    {
        x += 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
