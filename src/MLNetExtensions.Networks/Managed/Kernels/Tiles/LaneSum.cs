using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The total of all elements of consecutive vectors.</summary>
internal static unsafe class LaneSum<T, TV, S>
    where T : unmanaged, INumberBase<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Sum(T* values, int vectors)
    {
        // Four chains: one would wait for the latency of every addition.
        TV s0 = S.Zero, s1 = S.Zero, s2 = S.Zero, s3 = S.Zero;
        int i = 0;
        for (; i + 4 <= vectors; i += 4, values += 4 * S.Lanes)
        {
            s0 = S.Add(s0, S.Load(values));
            s1 = S.Add(s1, S.Load(values + S.Lanes));
            s2 = S.Add(s2, S.Load(values + 2 * S.Lanes));
            s3 = S.Add(s3, S.Load(values + 3 * S.Lanes));
        }
        for (; i < vectors; i++, values += S.Lanes)
            s0 = S.Add(s0, S.Load(values));
        return S.Sum(S.Add(S.Add(s0, s1), S.Add(s2, s3)));
    }

    /// <summary>The total of one channel of several blocks of images, each <paramref name="channels"/> planes of so many
    /// vectors.</summary>
    public static T SumPlanes(T* values, int blocks, int channels, int channel, int vectors)
    {
        T sum = T.Zero;
        for (nint block = 0; block < blocks; block++)
            sum += Sum(values + (block * channels + channel) * vectors * S.Lanes, vectors);
        return sum;
    }
}
