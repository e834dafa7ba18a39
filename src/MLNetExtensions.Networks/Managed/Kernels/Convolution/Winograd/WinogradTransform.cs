using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The transforms of Winograd's minimal filtering F(4 × 4, 3 × 3): 4 × 4 outputs of a 3 × 3 kernel take 36 multiplications of
/// transformed 6 × 6 patches with transformed weights instead of 144 (Lavin and Gray, Fast Algorithms for Convolutional Neural
/// Networks, 2016, section 4.3).
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

    /// <summary><see cref="Input(T*,nint,T*,nint)"/> of the patch at a place of a plane that may reach beyond it, into
    /// zeros.</summary>
    [SkipLocalsInit]
    public static void Input(T* plane, int height, int width, int top, int left, T* to, nint step)
    {
        if (top >= 0 && left >= 0 && top + Inputs <= height && left + Inputs <= width)
        {
            Input(plane + ((nint)top * width + left) * S.Lanes, (nint)width * S.Lanes, to, step);
            return;
        }
        TV* patchRoom = stackalloc TV[Products + 1];
        TV* patch = Aligned.To(patchRoom);
        Cut(plane, height, width, top, left, Inputs, patch);
        Input((T*)patch, Inputs * S.Lanes, to, step);
    }

    /// <summary><see cref="Output(T*,nint,T*,nint,TV,TV,TV)"/> to a place of a plane; what would lie beyond is dropped.</summary>
    [SkipLocalsInit]
    public static void Output(
        T* products, nint step, T* plane, int height, int width, int top, int left, TV bias, TV floor, TV ceiling)
    {
        T* to = plane + ((nint)top * width + left) * S.Lanes;
        if (top + Outputs <= height && left + Outputs <= width)
        {
            Output(products, step, to, (nint)width * S.Lanes, bias, floor, ceiling);
            return;
        }
        TV* tileRoom = stackalloc TV[Outputs * Outputs + 1];
        TV* tile = Aligned.To(tileRoom);
        Output(products, step, (T*)tile, Outputs * S.Lanes, bias, floor, ceiling);
        for (int y = 0; y < Math.Min(Outputs, height - top); y++)
        {
            for (int x = 0; x < Math.Min(Outputs, width - left); x++)
                S.Store(to + ((nint)y * width + x) * S.Lanes, tile[y * Outputs + x]);
        }
    }

    /// <summary>A · d · Aᵀ of the 4 × 4 gradients at a place of a plane, zero beyond it: the way back of
    /// <see cref="Output(T*,nint,T*,nint,TV,TV,TV)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void OutputGradient(T* plane, int height, int width, int top, int left, T* to, nint step)
    {
        T* from = plane + ((nint)top * width + left) * S.Lanes;
        nint pitch = (nint)width * S.Lanes;
        TV* tileRoom = stackalloc TV[Outputs * Outputs + 1];
        TV* tile = Aligned.To(tileRoom);
        if (top + Outputs > height || left + Outputs > width)
        {
            Cut(plane, height, width, top, left, Outputs, tile);
            from = (T*)tile;
            pitch = Outputs * S.Lanes;
        }
        TV* halfRoom = stackalloc TV[Inputs * Outputs + 1];
        TV* half = Aligned.To(halfRoom);
        for (int column = 0; column < Outputs; column++)
        {
            T* d = from + column * S.Lanes;
            OutputGradient(
                S.Load(d), S.Load(d + pitch), S.Load(d + 2 * pitch), S.Load(d + 3 * pitch),
                out half[column], out half[Outputs + column], out half[2 * Outputs + column],
                out half[3 * Outputs + column], out half[4 * Outputs + column], out half[5 * Outputs + column]);
        }
        for (TV* d = half; d < half + Inputs * Outputs; d += Outputs, to += Inputs * step)
        {
            OutputGradient(d[0], d[1], d[2], d[3], out TV t0, out TV t1, out TV t2, out TV t3, out TV t4, out TV t5);
            StoreRow(to, step, t0, t1, t2, t3, t4, t5);
        }
    }

    /// <summary>Bᵀ · d · B of a patch of vectors whose rows lie <paramref name="pitch"/> apart, to 36 places
    /// <paramref name="step"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Input(T* patch, nint pitch, T* to, nint step)
    {
        TV* halfRoom = stackalloc TV[Products + 1];
        TV* half = Aligned.To(halfRoom);
        for (int column = 0; column < Inputs; column++)
        {
            T* d = patch + column * S.Lanes;
            Input(
                S.Load(d), S.Load(d + pitch), S.Load(d + 2 * pitch), S.Load(d + 3 * pitch),
                S.Load(d + 4 * pitch), S.Load(d + 5 * pitch),
                out half[column], out half[Inputs + column], out half[2 * Inputs + column],
                out half[3 * Inputs + column], out half[4 * Inputs + column], out half[5 * Inputs + column]);
        }
        for (TV* d = half; d < half + Products; d += Inputs, to += Inputs * step)
        {
            Input(d[0], d[1], d[2], d[3], d[4], d[5], out TV t0, out TV t1, out TV t2, out TV t3, out TV t4, out TV t5);
            StoreRow(to, step, t0, t1, t2, t3, t4, t5);
        }
    }

    /// <summary>Aᵀ · m · A of 36 products <paramref name="step"/> apart, plus bias, between floor and ceiling, to 4 × 4 pixels
    /// whose rows lie <paramref name="pitch"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Output(T* products, nint step, T* to, nint pitch, TV bias, TV floor, TV ceiling)
    {
        TV* halfRoom = stackalloc TV[Outputs * Inputs + 1];
        TV* half = Aligned.To(halfRoom);
        for (int column = 0; column < Inputs; column++)
        {
            T* m = products + column * step;
            nint row = Inputs * step;
            Output(
                S.Load(m), S.Load(m + row), S.Load(m + 2 * row), S.Load(m + 3 * row), S.Load(m + 4 * row), S.Load(m + 5 * row),
                out half[column], out half[Inputs + column], out half[2 * Inputs + column], out half[3 * Inputs + column]);
        }
        for (TV* m = half; m < half + Outputs * Inputs; m += Inputs, to += pitch)
        {
            Output(m[0], m[1], m[2], m[3], m[4], m[5], out TV y0, out TV y1, out TV y2, out TV y3);
            S.Store(to, S.Min(ceiling, S.Max(floor, S.Add(y0, bias))));
            S.Store(to + S.Lanes, S.Min(ceiling, S.Max(floor, S.Add(y1, bias))));
            S.Store(to + 2 * S.Lanes, S.Min(ceiling, S.Max(floor, S.Add(y2, bias))));
            S.Store(to + 3 * S.Lanes, S.Min(ceiling, S.Max(floor, S.Add(y3, bias))));
        }
    }

    /// <summary>A row of the 36 products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRow(T* to, nint step, TV t0, TV t1, TV t2, TV t3, TV t4, TV t5)
    {
        S.Store(to, t0);
        S.Store(to + step, t1);
        S.Store(to + 2 * step, t2);
        S.Store(to + 3 * step, t3);
        S.Store(to + 4 * step, t4);
        S.Store(to + 5 * step, t5);
    }

    private static void Cut(T* plane, int height, int width, int top, int left, int side, TV* to)
    {
        for (int i = 0; i < side * side; i++)
        {
            (int y, int x) = (top + i / side, left + i % side);
            bool exists = (uint)y < (uint)height && (uint)x < (uint)width;
            to[i] = exists ? S.Load(plane + ((nint)y * width + x) * S.Lanes) : S.Zero;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputGradient(
        TV d0, TV d1, TV d2, TV d3, out TV t0, out TV t1, out TV t2, out TV t3, out TV t4, out TV t5)
    {
        TV two = S.Broadcast(T.CreateTruncating(2));
        TV four = S.Broadcast(T.CreateTruncating(4));
        TV eight = S.Broadcast(T.CreateTruncating(8));
        TV even = S.Add(d0, d2), odd = S.Add(d1, d3);
        t0 = d0;
        t1 = S.Add(even, odd);
        t2 = S.Subtract(even, odd);
        even = S.MultiplyAdd(four, d2, d0);
        odd = S.MultiplyAdd(eight, d3, S.Multiply(two, d1));
        t3 = S.Add(even, odd);
        t4 = S.Subtract(even, odd);
        t5 = d3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(
        TV d0, TV d1, TV d2, TV d3, TV d4, TV d5, out TV t0, out TV t1, out TV t2, out TV t3, out TV t4, out TV t5)
    {
        TV two = S.Broadcast(T.CreateTruncating(2));
        TV four = S.Broadcast(T.CreateTruncating(4));
        TV minusFive = S.Broadcast(T.CreateTruncating(-5));
        t0 = S.MultiplyAdd(four, d0, S.MultiplyAdd(minusFive, d2, d4));
        t5 = S.MultiplyAdd(four, d1, S.MultiplyAdd(minusFive, d3, d5));
        TV even = S.MultiplyAdd(four, S.Negate(d2), d4);
        TV odd = S.MultiplyAdd(four, S.Negate(d1), d3);
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
        TV two = S.Broadcast(T.CreateTruncating(2));
        TV four = S.Broadcast(T.CreateTruncating(4));
        TV eight = S.Broadcast(T.CreateTruncating(8));
        TV sum12 = S.Add(m1, m2), difference12 = S.Subtract(m1, m2), sum34 = S.Add(m3, m4), difference34 = S.Subtract(m3, m4);
        y0 = S.Add(S.Add(m0, sum12), sum34);
        y1 = S.MultiplyAdd(two, difference34, difference12);
        y2 = S.MultiplyAdd(four, sum34, sum12);
        y3 = S.Add(S.MultiplyAdd(eight, difference34, difference12), m5);
    }
}
