using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The weights of a state, packed in the order in which the tiles of a step read them, since every step reads all of
/// them.</summary>
internal sealed unsafe class WeightPanels<T, TV, S> : IParallelWork, IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _gates, _hidden;
    private readonly WorkerPool _pool;
    private readonly NativeBuffer<T> _panels;

    private T* _weights;
    private bool _backward;

    /// <param name="gates">The number of gates.</param>
    /// <param name="hidden">The size of the state; weights are <c>[gates·hidden][hidden]</c>.</param>
    /// <param name="pool">Threads.</param>
    public WeightPanels(int gates, int hidden, WorkerPool pool)
    {
        (_gates, _hidden, _pool) = (gates, hidden, pool);
        _panels = new(Math.Max((long)Forward(gates, hidden).Parts, (long)Backward(hidden).Parts * gates) * hidden * MostRows);
    }

    /// <summary>The most rows of a tile: what the register file has room for.</summary>
    public static int MostRows => TileRow.Most * S.TileColumns;

    public T* Pointer => _panels.Pointer;

    /// <summary>Tiles of units, of each of which all gates are summed up.</summary>
    public static UnitTiles Forward(int gates, int hidden) => new(hidden, MostRows / gates, 1);

    /// <summary>Tiles of units in the backward pass.</summary>
    public static UnitTiles Backward(int hidden) => new(hidden, MostRows, PanelTiles<T, TV, S>.Quad);

    /// <summary>For each tile of units, <c>[inputs][units][gates]</c>: the sums of the forward pass.</summary>
    public void Pack(T* weights) => Run(weights, Forward(_gates, _hidden).Parts, backward: false);

    /// <summary>For each tile of inputs, <c>[gates·units][inputs]</c>: the sums of the backward pass.</summary>
    public void PackTransposed(T* weights) => Run(weights, Backward(_hidden).Parts, backward: true);

    public void Run(int begin, int end, int worker)
    {
        for (int tile = begin; tile < end; tile++)
        {
            if (_backward)
                PackTransposed(tile);
            else
                Pack(tile);
        }
    }

    public void Dispose() => _panels.Dispose();

    private static int Pitch(int rows) => PanelTiles<T, TV, S>.Quads(rows) * PanelTiles<T, TV, S>.Quad;

    private void Run(T* weights, int tiles, bool backward)
    {
        _weights = weights;
        _backward = backward;
        _pool.Run(this, tiles, inline: (long)_gates * _hidden * _hidden < InlineWork.MovedNumbers);
    }

    private void Pack(int tile)
    {
        UnitTiles tiles = Forward(_gates, _hidden);
        (int first, int rows) = (tiles[tile], (tiles[tile + 1] - tiles[tile]) * _gates);
        T* target = Pointer + (nint)tile * MostRows * _hidden;
        for (int row = 0, pitch = Pitch(rows); row < pitch; row++)
        {
            (int unit, int gate) = int.DivRem(row, _gates);
            T* source = _weights + ((nint)gate * _hidden + first + unit) * _hidden;
            for (int input = 0; input < _hidden; input++)
                target[input * pitch + row] = row < rows ? source[input] : T.Zero;
        }
    }

    private void PackTransposed(int tile)
    {
        UnitTiles tiles = Backward(_hidden);
        (int first, int rows) = (tiles[tile], tiles[tile + 1] - tiles[tile]);
        T* target = Pointer + (nint)tile * MostRows * _gates * _hidden;
        int pitch = Pitch(rows);
        for (int input = 0; input < _gates * _hidden; input++, target += pitch)
        {
            new Span<T>(_weights + (nint)input * _hidden + first, rows).CopyTo(new(target, rows));
            new Span<T>(target + rows, pitch - rows).Clear();
        }
    }
}
