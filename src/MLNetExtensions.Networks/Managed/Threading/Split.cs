namespace MLNetExtensions.Networks.Managed;

/// <summary>A length cut into as few parts as allowed, as equal as possible: 10 by 4 is 4 + 3 + 3, not 4 + 4 + 2.</summary>
internal readonly record struct Split(int Length, int Parts)
{
    /// <summary>Parts of at most <paramref name="most"/>.</summary>
    public static Split ByMost(int length, int most) => new(length, (length + most - 1) / most);

    /// <summary>Start of part <paramref name="part"/>; the end of the one before.</summary>
    public int this[int part] => (int)((long)Length * part / Parts);

    /// <summary>The part that holds <paramref name="index"/>.</summary>
    public int PartOf(int index) => (int)((((long)index + 1) * Parts - 1) / Length);
}
