namespace MLNetExtensions.Networks.Managed;

/// <summary>The tiles of a plane, row by row.</summary>
internal readonly struct WinogradTiles
{
    private readonly int _wide, _tileHeight, _tileWidth;

    /// <param name="height">Rows of the plane.</param>
    /// <param name="width">Columns of the plane.</param>
    /// <param name="tileHeight">Rows of a tile.</param>
    /// <param name="tileWidth">Columns of a tile.</param>
    public WinogradTiles(int height, int width, int tileHeight, int tileWidth)
    {
        (_tileHeight, _tileWidth) = (tileHeight, tileWidth);
        _wide = (width + tileWidth - 1) / tileWidth;
        Count = _wide * ((height + tileHeight - 1) / tileHeight);
    }

    public int Count { get; }

    /// <summary>The image, and the first row and column in it, of a tile, when those of all images are numbered.</summary>
    public (int Image, int Top, int Left) Place(int tile)
    {
        (int image, int number) = Math.DivRem(tile, Count);
        return (image, number / _wide * _tileHeight, number % _wide * _tileWidth);
    }
}
