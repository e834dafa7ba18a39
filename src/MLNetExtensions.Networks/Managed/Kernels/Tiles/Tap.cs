namespace MLNetExtensions.Networks.Managed;

/// <summary>Where one term of the sum finds its two operands, in elements from the base pointers.</summary>
internal readonly unsafe record struct Tap(int A, int B)
{
    /// <summary>A table of <paramref name="count"/> taps that lie so far apart; the caller owns it.</summary>
    public static NativeBuffer<Tap> Series(long count, nint a, nint b)
    {
        NativeBuffer<Tap> taps = new(count);
        for (nint i = 0; i < count; i++)
            taps.Pointer[i] = new Tap(checked((int)(i * a)), checked((int)(i * b)));
        return taps;
    }
}
