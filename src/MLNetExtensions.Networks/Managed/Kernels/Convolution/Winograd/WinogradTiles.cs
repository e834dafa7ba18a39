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

    /// <summary>Pixels of all tiles, with those beyond the plane.</summary>
    public int Pixels => Count * Side * Side;

    /// <summary>The tiles of a convolution's output.</summary>
    public static WinogradTiles Of(in ConvGeometry g) => new(g.OutHeight, g.OutWidth);

    /// <summary>The image, and the first row and column in it, of a tile, when those of all images are numbered.</summary>
    public (int Image, int Top, int Left) Place(int tile)
    {
        (int image, int number) = Math.DivRem(tile, Count);
        return (image, number / _wide * Side, number % _wide * Side);
    }
}
