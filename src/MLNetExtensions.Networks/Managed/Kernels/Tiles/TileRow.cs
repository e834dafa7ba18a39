namespace MLNetExtensions.Networks.Managed;

/// <summary>Where a row of a tile reads its operand and writes its result, in elements from the base pointers.</summary>
internal readonly unsafe record struct TileRow(int Source, int Target)
{
    /// <summary>Most rows of a tile.</summary>
    public const int Most = 6;

    /// <summary>A table of the rows of a tile that lie so far apart; the caller owns it.</summary>
    public static NativeBuffer<TileRow> Series(nint source, nint target)
    {
        NativeBuffer<TileRow> rows = new(Most);
        for (nint i = 0; i < Most; i++)
            rows.Pointer[i] = new TileRow(checked((int)(i * source)), checked((int)(i * target)));
        return rows;
    }
}
