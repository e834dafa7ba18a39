using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Kernels of one row or one column of r taps, 3 to 7: F(9 − r, r), 8 multiplications for 9 − r outputs instead of (9 − r) · r
/// (Toom and Cook's way at 0, ±1, ±2, ±½ and infinity; Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016,
/// section 4; Blahut, Fast Algorithms for Signal Processing, 2010, section 5.4). With x the points,
/// <c>y = Aᵀ((G g) ∘ (Bᵀ d))</c>: row j of Bᵀ are the coefficients of the polynomial that is zero at all points but x_j, of G the
/// powers of x_j over that polynomial's value there, and of A the powers of x_j; at infinity, the leading ones. So that Bᵀ is the
/// same for all r.
/// </summary>
/// <param name="taps">The taps of a kernel, r.</param>
/// <param name="upright">Whether kernels are columns.</param>
internal sealed unsafe class LineWinogradFilter<T, TV, S>(int taps, bool upright) : IWinogradFilter<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const int Inputs = WinogradForm.LineProducts;

    /// <summary>The finite points.</summary>
    private static readonly double[] Points = [0, 1, -1, 2, -2, 0.5, -0.5];

    private readonly int _outputs = Inputs + 1 - taps;

    /// <summary>G, row by row.</summary>
    private readonly T[] _kernelTransform =
    [
        .. Points.SelectMany(point => Enumerable.Range(0, taps).Select(power => T.CreateTruncating(
            Math.Pow(point, power)
            / Points.Where(other => other != point).Aggregate(1.0, (product, other) => product * (point - other))))),
        .. Enumerable.Range(0, taps).Select(tap => tap == taps - 1 ? T.One : T.Zero),
    ];

    [SkipLocalsInit]
    public void TransformKernels(T* kernels, nint pitch, int count, bool turned, T* to, nint step)
    {
        TV* room = stackalloc TV[taps + 1];
        TV* kernel = Aligned.To(room);
        // Lanes without a kernel must not be slow numbers.
        new Span<TV>(kernel, count < S.Lanes ? taps : 0).Clear();
        for (int lane = 0; lane < count; lane++)
        {
            for (int tap = 0; tap < taps; tap++)
                ((T*)(kernel + tap))[lane] = kernels[lane * pitch + (turned ? taps - 1 - tap : tap)];
        }
        fixed (T* transform = _kernelTransform)
        {
            for (int i = 0; i < Inputs; i++, to += step)
            {
                TV sum = S.Multiply(S.Broadcast(transform[i * taps]), kernel[0]);
                for (int tap = 1; tap < taps; tap++)
                    sum = S.MultiplyAdd(S.Broadcast(transform[i * taps + tap]), kernel[tap], sum);
                if (count == S.Lanes)
                    S.Store(to, sum);
                else
                    new Span<T>(&sum, count).CopyTo(new(to, count));
            }
        }
    }

    [SkipLocalsInit]
    public void TransformInput(T* plane, int height, int width, int top, int left, T* to, nint step)
    {
        (int first, int length, nint pitch) = upright ? (top, height, (nint)width * S.Lanes) : (left, width, S.Lanes);
        if (first >= 0 && first + Inputs <= length)
        {
            Transform(plane + ((nint)top * width + left) * S.Lanes, pitch, to, step);
            return;
        }
        TV* lineRoom = stackalloc TV[Inputs + 1];
        TV* line = Aligned.To(lineRoom);
        T* from = plane + ((nint)top * width + left) * S.Lanes;
        for (int i = 0; i < Inputs; i++)
            line[i] = (uint)(first + i) < (uint)length ? S.Load(from + i * pitch) : S.Zero;
        Transform((T*)line, S.Lanes, to, step);
    }

    [SkipLocalsInit]
    public void TransformOutput(
        T* products, nint step, T* plane, int height, int width, int top, int left, T bias, T floor, T ceiling)
    {
        TV* tileRoom = stackalloc TV[Inputs + 1];
        TV* tile = Aligned.To(tileRoom);
        Transform(products, step, tile);
        (int first, int length, nint pitch) = upright ? (top, height, (nint)width * S.Lanes) : (left, width, S.Lanes);
        T* to = plane + ((nint)top * width + left) * S.Lanes;
        (TV shift, TV least, TV most) = (S.Broadcast(bias), S.Broadcast(floor), S.Broadcast(ceiling));
        for (int i = 0; i < Math.Min(_outputs, length - first); i++, to += pitch)
            S.Store(to, S.Min(most, S.Max(least, S.Add(tile[i], shift))));
    }

    /// <summary>Bᵀ · d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transform(T* line, nint pitch, T* to, nint step)
    {
        TV d0 = S.Load(line), d1 = S.Load(line + pitch), d2 = S.Load(line + 2 * pitch), d3 = S.Load(line + 3 * pitch);
        TV d4 = S.Load(line + 4 * pitch), d5 = S.Load(line + 5 * pitch), d6 = S.Load(line + 6 * pitch);
        TV d7 = S.Load(line + 7 * pitch);
        S.Store(to, S.MultiplyAdd(Number(5.25), S.Subtract(d2, d4), S.Subtract(d6, d0)));
        TV even = S.MultiplyAdd(Number(-4.25), d4, S.Add(d2, d6));
        TV odd = S.MultiplyAdd(Number(-4.25), d3, S.Add(d1, d5));
        S.Store(to + step, S.Add(even, odd));
        S.Store(to + 2 * step, S.Subtract(even, odd));
        even = S.MultiplyAdd(Number(-1.25), d4, S.MultiplyAdd(Number(0.25), d2, d6));
        odd = S.MultiplyAdd(Number(2), d5, S.MultiplyAdd(Number(-2.5), d3, S.Multiply(Number(0.5), d1)));
        S.Store(to + 3 * step, S.Add(even, odd));
        S.Store(to + 4 * step, S.Subtract(even, odd));
        even = S.MultiplyAdd(Number(-5), d4, S.MultiplyAdd(Number(4), d2, d6));
        odd = S.MultiplyAdd(Number(0.5), d5, S.MultiplyAdd(Number(-2.5), d3, S.Multiply(Number(2), d1)));
        S.Store(to + 5 * step, S.Add(even, odd));
        S.Store(to + 6 * step, S.Subtract(even, odd));
        S.Store(to + 7 * step, S.MultiplyAdd(Number(5.25), S.Subtract(d3, d5), S.Subtract(d7, d1)));
    }

    /// <summary>Aᵀ · m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(T* products, nint step, TV* tile)
    {
        TV m1 = S.Load(products + step), m2 = S.Load(products + 2 * step), m3 = S.Load(products + 3 * step);
        TV m4 = S.Load(products + 4 * step), m5 = S.Load(products + 5 * step), m6 = S.Load(products + 6 * step);
        TV even1 = S.Add(m1, m2), odd1 = S.Subtract(m1, m2), even2 = S.Add(m3, m4), odd2 = S.Subtract(m3, m4);
        TV even3 = S.Add(m5, m6), odd3 = S.Subtract(m5, m6);
        tile[0] = S.Add(S.Add(S.Load(products), even1), S.Add(even2, even3));
        tile[1] = S.MultiplyAdd(Number(0.5), odd3, S.MultiplyAdd(Number(2), odd2, odd1));
        tile[2] = S.MultiplyAdd(Number(1.0 / 4), even3, S.MultiplyAdd(Number(4), even2, even1));
        tile[3] = S.MultiplyAdd(Number(1.0 / 8), odd3, S.MultiplyAdd(Number(8), odd2, odd1));
        tile[4] = S.MultiplyAdd(Number(1.0 / 16), even3, S.MultiplyAdd(Number(16), even2, even1));
        tile[5] = S.MultiplyAdd(Number(1.0 / 32), odd3, S.MultiplyAdd(Number(32), odd2, odd1));
        tile[_outputs - 1] = S.Add(tile[_outputs - 1], S.Load(products + 7 * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Number(double value) => S.Broadcast(T.CreateTruncating(value));
}
