namespace MLNetExtensions.Networks.Managed;

/// <summary>The form of Winograd's minimal filtering that suits a kernel: F(4 × 4, 3 × 3) for squares, F(9 − r, r) for one row or
/// column of r taps.</summary>
/// <param name="Products">Multiplications of a tile.</param>
/// <param name="TileHeight">Rows of outputs of a tile.</param>
/// <param name="TileWidth">Columns of outputs of a tile.</param>
internal readonly record struct WinogradForm(int Products, int TileHeight, int TileWidth)
{
    /// <summary>Multiplications of a line's tile, its outputs and taps less one.</summary>
    public const int LineProducts = 8;

    private const int ShortestLine = 3, LongestLine = 7;

    /// <summary>3 × 3.</summary>
    public static WinogradForm Square { get; } = new(36, 4, 4);

    /// <summary>The form for a kernel; null where there is none.</summary>
    public static WinogradForm? Of(in ConvGeometry g) => g switch
    {
        not { StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Groups: 1 } => null,
        { KernelH: 3, KernelW: 3 } => Square,
        { KernelH: 1, KernelW: >= ShortestLine and <= LongestLine } => new(LineProducts, 1, LineProducts + 1 - g.KernelW),
        { KernelH: >= ShortestLine and <= LongestLine, KernelW: 1 } => new(LineProducts, LineProducts + 1 - g.KernelH, 1),
        _ => null,
    };

    /// <summary>The tiles of a plane of outputs.</summary>
    public WinogradTiles Tiles(int height, int width) => new(height, width, TileHeight, TileWidth);
}
