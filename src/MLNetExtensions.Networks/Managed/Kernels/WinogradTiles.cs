namespace MLNetExtensions.Networks.Managed;

/// <summary>The 4 × 4 tiles of a plane, row by row, in bands of a few that are worked on together.</summary>
internal sealed class WinogradTiles
{
    private const int Side = 4;

    private readonly int wide;

    /// <param name="height">Rows of the plane.</param>
    /// <param name="width">Columns of the plane.</param>
    /// <param name="wanted">Tiles to work on together, if the columns of the register tile allow it.</param>
    public WinogradTiles(int height, int width, int wanted)
    {
        wide = (width + Side - 1) / Side;
        Bands = Split.ByMost(wide * ((height + Side - 1) / Side), Math.Clamp(wanted / Side, 1, 8) * Side);
        Most = (Bands.Length + Bands.Parts - 1) / Bands.Parts;
    }

    public Split Bands { get; }

    /// <summary>Tiles of the largest band.</summary>
    public int Most { get; }

    /// <summary>The first row and column of a tile.</summary>
    public (int Top, int Left) Place(int tile) => (tile / wide * Side, tile % wide * Side);
}
