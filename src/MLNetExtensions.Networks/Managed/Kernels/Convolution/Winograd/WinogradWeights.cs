using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Winograd's transforms of kernels, F(4 × 4, 3 × 3), V of them at a time.</summary>
internal static unsafe class WinogradWeights<T, TV, S>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int Area = 9;
    private const int Inputs = WinogradTransform<T, TV, S>.Inputs;

    /// <summary>G · g · Gᵀ of up to V kernels: the 36 products of each, <paramref name="step"/> apart, beside those of the
    /// next.</summary>
    /// <param name="kernels">The first kernel.</param>
    /// <param name="pitch">Elements from one kernel to the next.</param>
    /// <param name="count">Kernels.</param>
    /// <param name="turned">Whether they are turned by 180°, for the way back.</param>
    /// <param name="to">Where the first product of the first kernel goes.</param>
    /// <param name="step">Elements from one product to the next.</param>
    [SkipLocalsInit]
    public static void Transform(T* kernels, nint pitch, int count, bool turned, T* to, nint step)
    {
        TV* room = stackalloc TV[Area + 1];
        TV* taps = Aligned.To(room);
        // Lanes without a kernel must not be slow numbers.
        if (count < S.Lanes)
            new Span<TV>(taps, Area).Clear();
        for (int lane = 0; lane < count; lane++)
        {
            T* kernel = kernels + lane * pitch, place = (T*)taps + lane;
            for (int tap = 0; tap < Area; tap++)
                place[tap * S.Lanes] = kernel[turned ? Area - 1 - tap : tap];
        }
        if (count == S.Lanes)
        {
            Transform(taps, to, step);
            return;
        }
        TV* productRoom = stackalloc TV[WinogradTransform<T, TV, S>.Products + 1];
        TV* products = Aligned.To(productRoom);
        Transform(taps, (T*)products, S.Lanes);
        for (int i = 0; i < WinogradTransform<T, TV, S>.Products; i++)
            new Span<T>(products + i, count).CopyTo(new(to + i * step, count));
    }

    /// <summary>Gᵀ · m · G of up to V kernels' gradients, the way back of <see cref="Transform(T*,nint,int,bool,T*,nint)"/>:
    /// kernels lie behind each other.</summary>
    /// <param name="products">The first product of V kernels.</param>
    /// <param name="step">Elements from one product to the next.</param>
    /// <param name="count">Kernels.</param>
    /// <param name="kernels">Where the first kernel goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Gradient(T* products, nint step, int count, T* kernels)
    {
        TV* room = stackalloc TV[3 * Inputs + Area + 1];
        TV* half = Aligned.To(room), taps = half + 3 * Inputs;
        for (int column = 0; column < Inputs; column++)
        {
            T* m = products + column * step;
            nint row = Inputs * step;
            Gradient(
                S.Load(m), S.Load(m + row), S.Load(m + 2 * row), S.Load(m + 3 * row), S.Load(m + 4 * row), S.Load(m + 5 * row),
                out half[column], out half[Inputs + column], out half[2 * Inputs + column]);
        }
        for (int row = 0; row < 3; row++)
        {
            TV* m = half + row * Inputs, g = taps + row * 3;
            Gradient(m[0], m[1], m[2], m[3], m[4], m[5], out g[0], out g[1], out g[2]);
        }
        for (int lane = 0; lane < count; lane++, kernels += Area)
        {
            T* tap = (T*)taps + lane;
            for (int i = 0; i < Area; i++)
                kernels[i] = tap[i * S.Lanes];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void Transform(TV* g, T* to, nint step)
    {
        TV* room = stackalloc TV[3 * Inputs + 1];
        TV* half = Aligned.To(room);
        for (int column = 0; column < 3; column++)
        {
            TV* h = half + column;
            Transform(g[column], g[3 + column], g[6 + column], out h[0], out h[3], out h[6], out h[9], out h[12], out h[15]);
        }
        for (int row = 0; row < Inputs; row++, to += Inputs * step)
        {
            TV* h = half + row * 3;
            Transform(h[0], h[1], h[2], out TV t0, out TV t1, out TV t2, out TV t3, out TV t4, out TV t5);
            WinogradTransform<T, TV, S>.StoreRow(to, step, t0, t1, t2, t3, t4, t5);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform(
        TV g0, TV g1, TV g2, out TV t0, out TV t1, out TV t2, out TV t3, out TV t4, out TV t5)
    {
        TV sixth = Number(1.0 / 6);
        TV ends = S.Multiply(S.Add(g0, g2), sixth), middle = S.Multiply(g1, sixth);
        t0 = S.Multiply(g0, Number(0.25));
        t1 = S.Negate(S.Add(ends, middle));
        t2 = S.Subtract(middle, ends);
        ends = S.Add(S.Multiply(g0, Number(1.0 / 24)), S.Multiply(g2, sixth));
        middle = S.Multiply(g1, Number(1.0 / 12));
        t3 = S.Add(ends, middle);
        t4 = S.Subtract(ends, middle);
        t5 = g2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gradient(TV m0, TV m1, TV m2, TV m3, TV m4, TV m5, out TV g0, out TV g1, out TV g2)
    {
        TV sixth = Number(1.0 / 6), twelfth = Number(1.0 / 12);
        TV outer = S.Multiply(S.Add(m1, m2), sixth), inner = S.Add(m3, m4);
        g0 = S.Add(S.Subtract(S.Multiply(m0, Number(0.25)), outer), S.Multiply(inner, Number(1.0 / 24)));
        g1 = S.Add(S.Multiply(S.Subtract(m2, m1), sixth), S.Multiply(S.Subtract(m3, m4), twelfth));
        g2 = S.Add(S.Subtract(S.Multiply(inner, sixth), outer), m5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Number(double value) => S.Broadcast(T.CreateTruncating(value));
}
