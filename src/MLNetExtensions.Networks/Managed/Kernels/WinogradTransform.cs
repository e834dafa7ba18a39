using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The transforms of Winograd's minimal filtering F(4 × 4, 3 × 3): 4 × 4 outputs of a 3 × 3 kernel take 36 multiplications of transformed 6 × 6 patches with transformed
/// weights instead of 144 (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016, section 4.3).
/// </summary>
internal static unsafe class WinogradTransform<T, TV, S>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>Outputs of a tile along one axis.</summary>
    public const int Outputs = 4;

    /// <summary>Inputs of a tile along one axis.</summary>
    public const int Inputs = 6;

    /// <summary>Products of a tile.</summary>
    public const int Products = Inputs * Inputs;

    /// <summary>G · g · Gᵀ of one kernel: <paramref name="to"/>[i · <paramref name="step"/>] for the 36 products.</summary>
    public static void Weights(T* kernel, T* to, nint step)
    {
        var half = stackalloc double[Inputs * 3];
        var weights = stackalloc double[Inputs];
        for (var column = 0; column < 3; column++)
        {
            Weights(double.CreateTruncating(kernel[column]), double.CreateTruncating(kernel[3 + column]), double.CreateTruncating(kernel[6 + column]), weights);
            for (var row = 0; row < Inputs; row++)
            {
                half[row * 3 + column] = weights[row];
            }
        }

        for (var row = 0; row < Inputs; row++)
        {
            Weights(half[row * 3], half[row * 3 + 1], half[row * 3 + 2], weights);
            for (var column = 0; column < Inputs; column++)
            {
                to[(row * Inputs + column) * step] = T.CreateTruncating(weights[column]);
            }
        }
    }

    /// <summary>Bᵀ · d · B of a patch of vectors whose rows lie <paramref name="pitch"/> apart, to 36 places <paramref name="step"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Input(T* patch, nint pitch, T* to, nint step)
    {
        var half = stackalloc TV[Products];
        for (var column = 0; column < Inputs; column++)
        {
            var d = patch + column * S.Lanes;
            Input(
                S.Load(d), S.Load(d + pitch), S.Load(d + 2 * pitch), S.Load(d + 3 * pitch), S.Load(d + 4 * pitch), S.Load(d + 5 * pitch),
                out half[column], out half[Inputs + column], out half[2 * Inputs + column],
                out half[3 * Inputs + column], out half[4 * Inputs + column], out half[5 * Inputs + column]);
        }

        for (var d = half; d < half + Products; d += Inputs, to += Inputs * step)
        {
            Input(d[0], d[1], d[2], d[3], d[4], d[5], out var t0, out var t1, out var t2, out var t3, out var t4, out var t5);
            S.Store(to, t0);
            S.Store(to + step, t1);
            S.Store(to + 2 * step, t2);
            S.Store(to + 3 * step, t3);
            S.Store(to + 4 * step, t4);
            S.Store(to + 5 * step, t5);
        }
    }

    /// <summary>Aᵀ · m · A of 36 products <paramref name="step"/> apart, plus bias, raised to the floor, to 4 × 4 pixels whose rows lie <paramref name="pitch"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Output(T* products, nint step, T* to, nint pitch, TV bias, TV floor)
    {
        var half = stackalloc TV[Outputs * Inputs];
        for (var column = 0; column < Inputs; column++)
        {
            var m = products + column * step;
            var row = Inputs * step;
            Output(
                S.Load(m), S.Load(m + row), S.Load(m + 2 * row), S.Load(m + 3 * row), S.Load(m + 4 * row), S.Load(m + 5 * row),
                out half[column], out half[Inputs + column], out half[2 * Inputs + column], out half[3 * Inputs + column]);
        }

        for (var m = half; m < half + Outputs * Inputs; m += Inputs, to += pitch)
        {
            Output(m[0], m[1], m[2], m[3], m[4], m[5], out var y0, out var y1, out var y2, out var y3);
            S.Store(to, S.Max(floor, S.Add(y0, bias)));
            S.Store(to + S.Lanes, S.Max(floor, S.Add(y1, bias)));
            S.Store(to + 2 * S.Lanes, S.Max(floor, S.Add(y2, bias)));
            S.Store(to + 3 * S.Lanes, S.Max(floor, S.Add(y3, bias)));
        }
    }

    private static void Weights(double g0, double g1, double g2, double* to)
    {
        to[0] = g0 / 4;
        to[1] = -(g0 + g1 + g2) / 6;
        to[2] = -(g0 - g1 + g2) / 6;
        to[3] = g0 / 24 + g1 / 12 + g2 / 6;
        to[4] = g0 / 24 - g1 / 12 + g2 / 6;
        to[5] = g2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(
        TV d0, TV d1, TV d2, TV d3, TV d4, TV d5, out TV t0, out TV t1, out TV t2, out TV t3, out TV t4, out TV t5)
    {
        var two = S.Broadcast(T.CreateTruncating(2));
        var four = S.Broadcast(T.CreateTruncating(4));
        var minusFive = S.Broadcast(T.CreateTruncating(-5));
        t0 = S.MultiplyAdd(four, d0, S.MultiplyAdd(minusFive, d2, d4));
        t5 = S.MultiplyAdd(four, d1, S.MultiplyAdd(minusFive, d3, d5));
        var even = S.MultiplyAdd(four, S.Negate(d2), d4);
        var odd = S.MultiplyAdd(four, S.Negate(d1), d3);
        t1 = S.Add(even, odd);
        t2 = S.Subtract(even, odd);
        even = S.Subtract(d4, d2);
        odd = S.Multiply(two, S.Subtract(d3, d1));
        t3 = S.Add(even, odd);
        t4 = S.Subtract(even, odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Output(TV m0, TV m1, TV m2, TV m3, TV m4, TV m5, out TV y0, out TV y1, out TV y2, out TV y3)
    {
        var two = S.Broadcast(T.CreateTruncating(2));
        var four = S.Broadcast(T.CreateTruncating(4));
        var eight = S.Broadcast(T.CreateTruncating(8));
        TV sum12 = S.Add(m1, m2), difference12 = S.Subtract(m1, m2), sum34 = S.Add(m3, m4), difference34 = S.Subtract(m3, m4);
        y0 = S.Add(S.Add(m0, sum12), sum34);
        y1 = S.MultiplyAdd(two, difference34, difference12);
        y2 = S.MultiplyAdd(four, sum34, sum12);
        y3 = S.Add(S.MultiplyAdd(eight, difference34, difference12), m5);
    }
}
