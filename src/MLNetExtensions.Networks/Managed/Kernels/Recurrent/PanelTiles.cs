namespace MLNetExtensions.Networks.Managed;

/// <summary>The tile of one block for any number of rows.</summary>
internal static unsafe class PanelTiles<T, TV, S>
    where T : unmanaged
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    /// <summary>A tile has this many rows or a multiple of it.</summary>
    public const int Quad = 4;

    /// <summary>The quads of so many rows.</summary>
    public static int Quads(int rows) => (rows + Quad - 1) / Quad;

    /// <inheritdoc cref="PanelTile{T,TV,S,TQuads}.Run"/>
    public static void Run(int quads, T* panel, T* values, int inputs, T* sums, nint* places)
    {
        switch (quads)
        {
            case 1:
                PanelTile<T, TV, S, Constant1>.Run(panel, values, inputs, sums, places);
                break;
            case 2:
                PanelTile<T, TV, S, Constant2>.Run(panel, values, inputs, sums, places);
                break;
            case 3:
                PanelTile<T, TV, S, Constant3>.Run(panel, values, inputs, sums, places);
                break;
            case 4:
                PanelTile<T, TV, S, Constant4>.Run(panel, values, inputs, sums, places);
                break;
            case 5:
                PanelTile<T, TV, S, Constant5>.Run(panel, values, inputs, sums, places);
                break;
            default:
                PanelTile<T, TV, S, Constant6>.Run(panel, values, inputs, sums, places);
                break;
        }
    }
}
