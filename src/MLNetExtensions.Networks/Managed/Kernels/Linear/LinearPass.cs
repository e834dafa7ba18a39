using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The product of a weight matrix (or its transpose) with batch-lane rows. A tile is 6 outputs × 4 blocks of V rows: weights are
/// broadcast from where they lie, each of them used for 4 blocks.
/// </summary>
internal sealed unsafe class LinearPass<T, TV, S> : IParallelWork, IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly nint _weightOutput;
    private readonly nint _weightInput;
    private readonly WorkerPool _pool;
    private readonly NativeBuffer<Tap> _taps;
    private readonly NativeBuffer<TileRow> _tileRows;
    private readonly NativeBuffer<T> _noBias;
    private readonly Split _outputTiles;

    private T* _source;
    private T* _weights;
    private T* _bias;
    private T* _target;
    private T _floor;
    private T _ceiling;
    private Split _blockTiles;

    /// <param name="inputs">Numbers that a sum goes over.</param>
    /// <param name="outputs">Sums.</param>
    /// <param name="weightOutput">Elements from one output's weight to the next output's.</param>
    /// <param name="weightInput">Elements from one input's weight to the next input's.</param>
    /// <param name="pool">Threads.</param>
    public LinearPass(int inputs, int outputs, int weightOutput, int weightInput, WorkerPool pool)
    {
        _inputs = inputs;
        _outputs = outputs;
        _weightOutput = weightOutput;
        _weightInput = weightInput;
        _pool = pool;
        _taps = Tap.Series(Blocking.TapsPerStep(inputs), weightInput, S.Lanes);
        _tileRows = TileRow.Series(weightOutput, S.Lanes);
        _outputTiles = Split.ByMost(outputs, TileRow.Most);
        _noBias = new NativeBuffer<T>(outputs);
    }

    public void Run(T* from, T* weight, T* biasOrNull, T* to, int blocks, Rectifier rectifier)
    {
        _source = from;
        _weights = weight;
        _bias = biasOrNull == null ? _noBias.Pointer : biasOrNull;
        _target = to;
        (_floor, _ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        _blockTiles = Split.ByMost(blocks, S.TileColumns);
        _pool.Run(this, _outputTiles.Parts, inline: (long)blocks * _inputs * _outputs < InlineWork.MultiplyAdds);
    }

    public void Run(int begin, int end, int worker)
    {
        TileCall<T> call = new()
        {
            Rows = _tileRows.Pointer,
            Taps = _taps.Pointer,
            TapCount = (int)_taps.Length,
            Steps = _inputs / (int)_taps.Length,
            AStep = _weightInput * (nint)_taps.Length,
            BStep = (nint)_taps.Length * S.Lanes,
            BColumn = (nint)_inputs * S.Lanes,
            CColumn = (nint)_outputs * S.Lanes,
            Limit = _floor,
            Ceiling = _ceiling,
        };

        for (int part = 0; part < _blockTiles.Parts; part++)
        {
            (int block, int count) = (_blockTiles[part], _blockTiles[part + 1] - _blockTiles[part]);
            call.B = _source + block * call.BColumn;
            for (int tile = begin; tile < end; tile++)
            {
                int o = _outputTiles[tile];
                call.A = _weights + o * _weightOutput;
                call.Bias = _bias + o;
                call.C = _target + block * call.CColumn + o * S.Lanes;
                TileTable<T, TV, S, BatchLaneTile<T, TV, S>>.Get(_outputTiles[tile + 1] - o, count)(&call);
            }
        }
    }

    public void Dispose()
    {
        _taps.Dispose();
        _tileRows.Dispose();
        _noBias.Dispose();
    }
}
