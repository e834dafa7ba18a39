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
