namespace MLNetExtensions.Networks.Managed;

/// <summary>The 4 × 4 tiles of a plane, row by row.</summary>
internal readonly struct WinogradTiles
{
    private const int Side = 4;

    private readonly int _wide;

    /// <param name="height">Rows of the plane.</param>
    /// <param name="width">Columns of the plane.</param>
    public WinogradTiles(int height, int width)
    {
        _wide = (width + Side - 1) / Side;
        Count = _wide * ((height + Side - 1) / Side);
    }

    public int Count { get; }

    /// <summary>
    /// Whether a convolution can be computed in tiles, and pays for it: with at least 16 channels on both sides the transforms
    /// cost less than half of what they save, and at least half of the tiles' pixels must lie in the plane.
    /// </summary>
    public static bool Suit(in ConvGeometry g) =>
        g is { KernelH: 3, KernelW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Groups: 1 }
        && g is { InChannels: >= 16, OutChannels: >= 16, PadH: <= 2, PadW: <= 2 }
        && 2 * g.OutHeight * g.OutWidth >= new WinogradTiles(g.OutHeight, g.OutWidth).Count * Side * Side;

    /// <summary>The image, and the first row and column in it, of a tile, when those of all images are numbered.</summary>
    public (int Image, int Top, int Left) Place(int tile)
    {
        (int image, int number) = Math.DivRem(tile, Count);
        return (image, number / _wide * Side, number % _wide * Side);
    }
}
