using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The weights of a state, packed in the order in which tiles of <see cref="TileRow.Most"/> units read them, since every
/// step reads all of them.</summary>
/// <param name="gates">The number of gates.</param>
/// <param name="hidden">The size of the state; weights are <c>[gates·hidden][hidden]</c>.</param>
internal sealed unsafe class WeightPanels<T, TV, S>(int gates, int hidden) : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly Split _tiles = Split.ByMost(hidden, TileRow.Most);
    private readonly NativeBuffer<T> _panels = new((long)gates * hidden * Split.ByMost(hidden, TileRow.Most).Parts * TileRow.Most);

    public T* Pointer => _panels.Pointer;

    /// <summary>For each gate and tile of units, <c>[inputs][units]</c>: the sums of the forward pass.</summary>
    public void Pack(T* weights)
    {
        T* target = Pointer;
        for (int gate = 0; gate < gates; gate++)
        {
            for (int tile = 0; tile < _tiles.Parts; tile++, target += (nint)TileRow.Most * hidden)
            {
                for (int unit = _tiles[tile]; unit < _tiles[tile + 1]; unit++)
                {
                    T* row = weights + ((nint)gate * hidden + unit) * hidden, column = target + unit - _tiles[tile];
                    for (int input = 0; input < hidden; input++)
                        column[input * TileRow.Most] = row[input];
                }
            }
        }
    }

    /// <summary>For each tile of inputs, <c>[gates·units][inputs]</c>: the sums of the backward pass.</summary>
    public void PackTransposed(T* weights)
    {
        int rows = gates * hidden;
        T* target = Pointer;
        for (int tile = 0; tile < _tiles.Parts; tile++)
        {
            (int first, int count) = (_tiles[tile], _tiles[tile + 1] - _tiles[tile]);
            for (int row = 0; row < rows; row++, target += TileRow.Most)
            {
                T* source = weights + (nint)row * hidden + first;
                for (int i = 0; i < count; i++)
                    target[i] = source[i];
            }
        }
    }

    public void Dispose() => _panels.Dispose();
}
