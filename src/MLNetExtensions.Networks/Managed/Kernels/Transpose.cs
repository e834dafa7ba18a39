namespace MLNetExtensions.Networks.Managed;

/// <summary>Between V rows of features, one after the other, and a block, in which the V values of a feature are neighbours.</summary>
internal static unsafe class Transpose<T, TV, S>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>block[feature][lane] = rows[lane][feature], and 0 in lanes from <paramref name="count"/> on.</summary>
    public static void ToBlock(T* rows, nint pitch, T* block, int features, int count)
    {
        for (var f = 0; f < features; f++)
        {
            for (var lane = 0; lane < S.Lanes; lane++)
            {
                block[f * S.Lanes + lane] = lane < count ? rows[lane * pitch + f] : default;
            }
        }
    }

    /// <summary>rows[lane][feature] = block[feature][lane] for the first <paramref name="count"/> lanes.</summary>
    public static void FromBlock(T* block, T* rows, int features, nint pitch, int count)
    {
        for (var lane = 0; lane < count; lane++)
        {
            for (var f = 0; f < features; f++)
            {
                rows[lane * pitch + f] = block[f * S.Lanes + lane];
            }
        }
    }
}
