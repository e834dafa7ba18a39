using System.Runtime.CompilerServices;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Between V rows of features, one after the other, and a block, in which the V values of a feature are
/// neighbours.</summary>
/// <remarks>
/// Squares of V × V go through log2(V) rounds in which row i and row i + V/2 are zipped into rows 2i and 2i + 1: each round turns
/// the bits of an element's index (row, column) by one place, and after all of them row and column have changed places.
/// </remarks>
internal static unsafe class Transpose<T, TV, S>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>block[feature][lane] = rows[lane][feature], and 0 in lanes from <paramref name="count"/> on.</summary>
    public static void ToBlock(T* rows, nint pitch, T* block, int features, int count)
    {
        if (count == S.Lanes && features >= S.Lanes)
        {
            for (int f = 0; f < features; f += S.Lanes)
            {
                // The last square overlaps the one before rather than going beyond the end.
                int first = Math.Min(f, features - S.Lanes);
                Square(rows + first, pitch, block + first * S.Lanes, S.Lanes);
            }
        }
        else
        {
            Scatter(rows, pitch, block, features, count);
        }
    }

    /// <summary>rows[lane][feature] = block[feature][lane] for the first <paramref name="count"/> lanes.</summary>
    public static void FromBlock(T* block, T* rows, int features, nint pitch, int count)
    {
        if (count == S.Lanes && features >= S.Lanes)
        {
            for (int f = 0; f < features; f += S.Lanes)
            {
                int first = Math.Min(f, features - S.Lanes);
                Square(block + first * S.Lanes, S.Lanes, rows + first, pitch);
            }
        }
        else
        {
            Gather(block, rows, features, pitch, count);
        }
    }

    /// <summary>to[column][row] = from[row][column] for V rows and columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Square(T* from, nint fromPitch, T* to, nint toPitch)
    {
        if (S.Lanes == 16)
        {
            SquareOf16(from, fromPitch, to, toPitch);
            return;
        }
        int half = S.Lanes / 2;
        if (half < 2)
        {
            (TV low, TV high) = (S.Load(from), S.Load(from + half * fromPitch));
            S.Store(to, S.ZipLow(low, high));
            S.Store(to + half * toPitch, S.ZipHigh(low, high));
            return;
        }
        TV* evenRoom = stackalloc TV[S.Lanes + 1];
        TV* even = Aligned.To(evenRoom);
        TV* oddRoom = stackalloc TV[S.Lanes + 1];
        TV* odd = Aligned.To(oddRoom);
        for (int i = 0; i < half; i++)
        {
            (TV low, TV high) = (S.Load(from + i * fromPitch), S.Load(from + (i + half) * fromPitch));
            even[2 * i] = S.ZipLow(low, high);
            even[2 * i + 1] = S.ZipHigh(low, high);
        }
        for (int span = 4; span < S.Lanes; span *= 2)
        {
            for (int i = 0; i < half; i++)
            {
                odd[2 * i] = S.ZipLow(even[i], even[i + half]);
                odd[2 * i + 1] = S.ZipHigh(even[i], even[i + half]);
            }
            TV* done = odd;
            odd = even;
            even = done;
        }
        for (int i = 0; i < half; i++)
        {
            S.Store(to + 2 * i * toPitch, S.ZipLow(even[i], even[i + half]));
            S.Store(to + (2 * i + 1) * toPitch, S.ZipHigh(even[i], even[i + half]));
        }
    }

    /// <summary><see cref="Square"/> of 16 rows, which the registers hold from one round to the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private static void SquareOf16(T* from, nint fromPitch, T* to, nint toPitch)
    {
        TV a0 = S.Load(from), a1 = S.Load(from + fromPitch);
        TV a2 = S.Load(from + 2 * fromPitch), a3 = S.Load(from + 3 * fromPitch);
        TV a4 = S.Load(from + 4 * fromPitch), a5 = S.Load(from + 5 * fromPitch);
        TV a6 = S.Load(from + 6 * fromPitch), a7 = S.Load(from + 7 * fromPitch);
        TV a8 = S.Load(from + 8 * fromPitch), a9 = S.Load(from + 9 * fromPitch);
        TV a10 = S.Load(from + 10 * fromPitch), a11 = S.Load(from + 11 * fromPitch);
        TV a12 = S.Load(from + 12 * fromPitch), a13 = S.Load(from + 13 * fromPitch);
        TV a14 = S.Load(from + 14 * fromPitch), a15 = S.Load(from + 15 * fromPitch);
        TV b0 = S.ZipLow(a0, a8), b1 = S.ZipHigh(a0, a8);
        TV b2 = S.ZipLow(a1, a9), b3 = S.ZipHigh(a1, a9);
        TV b4 = S.ZipLow(a2, a10), b5 = S.ZipHigh(a2, a10);
        TV b6 = S.ZipLow(a3, a11), b7 = S.ZipHigh(a3, a11);
        TV b8 = S.ZipLow(a4, a12), b9 = S.ZipHigh(a4, a12);
        TV b10 = S.ZipLow(a5, a13), b11 = S.ZipHigh(a5, a13);
        TV b12 = S.ZipLow(a6, a14), b13 = S.ZipHigh(a6, a14);
        TV b14 = S.ZipLow(a7, a15), b15 = S.ZipHigh(a7, a15);
        TV c0 = S.ZipLow(b0, b8), c1 = S.ZipHigh(b0, b8);
        TV c2 = S.ZipLow(b1, b9), c3 = S.ZipHigh(b1, b9);
        TV c4 = S.ZipLow(b2, b10), c5 = S.ZipHigh(b2, b10);
        TV c6 = S.ZipLow(b3, b11), c7 = S.ZipHigh(b3, b11);
        TV c8 = S.ZipLow(b4, b12), c9 = S.ZipHigh(b4, b12);
        TV c10 = S.ZipLow(b5, b13), c11 = S.ZipHigh(b5, b13);
        TV c12 = S.ZipLow(b6, b14), c13 = S.ZipHigh(b6, b14);
        TV c14 = S.ZipLow(b7, b15), c15 = S.ZipHigh(b7, b15);
        TV d0 = S.ZipLow(c0, c8), d1 = S.ZipHigh(c0, c8);
        TV d2 = S.ZipLow(c1, c9), d3 = S.ZipHigh(c1, c9);
        TV d4 = S.ZipLow(c2, c10), d5 = S.ZipHigh(c2, c10);
        TV d6 = S.ZipLow(c3, c11), d7 = S.ZipHigh(c3, c11);
        TV d8 = S.ZipLow(c4, c12), d9 = S.ZipHigh(c4, c12);
        TV d10 = S.ZipLow(c5, c13), d11 = S.ZipHigh(c5, c13);
        TV d12 = S.ZipLow(c6, c14), d13 = S.ZipHigh(c6, c14);
        TV d14 = S.ZipLow(c7, c15), d15 = S.ZipHigh(c7, c15);
        S.Store(to, S.ZipLow(d0, d8));
        S.Store(to + toPitch, S.ZipHigh(d0, d8));
        S.Store(to + 2 * toPitch, S.ZipLow(d1, d9));
        S.Store(to + 3 * toPitch, S.ZipHigh(d1, d9));
        S.Store(to + 4 * toPitch, S.ZipLow(d2, d10));
        S.Store(to + 5 * toPitch, S.ZipHigh(d2, d10));
        S.Store(to + 6 * toPitch, S.ZipLow(d3, d11));
        S.Store(to + 7 * toPitch, S.ZipHigh(d3, d11));
        S.Store(to + 8 * toPitch, S.ZipLow(d4, d12));
        S.Store(to + 9 * toPitch, S.ZipHigh(d4, d12));
        S.Store(to + 10 * toPitch, S.ZipLow(d5, d13));
        S.Store(to + 11 * toPitch, S.ZipHigh(d5, d13));
        S.Store(to + 12 * toPitch, S.ZipLow(d6, d14));
        S.Store(to + 13 * toPitch, S.ZipHigh(d6, d14));
        S.Store(to + 14 * toPitch, S.ZipLow(d7, d15));
        S.Store(to + 15 * toPitch, S.ZipHigh(d7, d15));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(T* rows, nint pitch, T* block, int features, int count)
    {
        for (int f = 0; f < features; f++)
        {
            for (int lane = 0; lane < S.Lanes; lane++)
                block[(nint)f * S.Lanes + lane] = lane < count ? rows[lane * pitch + f] : default;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(T* block, T* rows, int features, nint pitch, int count)
    {
        for (int lane = 0; lane < count; lane++)
        {
            for (int f = 0; f < features; f++)
                rows[lane * pitch + f] = block[(nint)f * S.Lanes + lane];
        }
    }
}
