using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of a fully connected layer's weights and biases, batch-lane:
/// <c>dW[o][i] = Σ over rows n of dy[o][n] · x[i][n]</c>. The blocks of x are transposed to panels <c>[n][i]</c> first, so that V
/// neighbouring weights of an output are one vector: 6 outputs × the 4 vectors of inputs of a panel are a tile, which reads the
/// panel in one stream, and nothing has to be added across lanes. Sums go over all rows in order.
/// </summary>
internal sealed unsafe class LinearWeightGradient<T, TV, S> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly WorkerPool _pool;

    /// <summary>Elements from one row of a panel to the next, and from one panel to the next.</summary>
    private readonly nint _pitch, _panel;

    private readonly NativeBuffer<T> _transposed;
    private readonly NativeBuffer<Tap> _taps;
    private readonly NativeBuffer<TileRow> _tileRows;
    private readonly Split _outputTiles;
    private readonly Split _inputTiles;
    private readonly Transposing _transposing;
    private readonly Product _product;

    private T* _x;
    private T* _dy;
    private T* _dw;
    private T* _db;
    private int _blocks;

    public LinearWeightGradient(int inputs, int outputs, int maxBlocks, WorkerPool pool)
    {
        _inputs = inputs;
        _outputs = outputs;
        _pool = pool;
        int vectors = (inputs + S.Lanes - 1) / S.Lanes;
        _inputTiles = Split.ByMost(vectors, S.TileColumns);
        _outputTiles = Split.ByMost(outputs, TileRow.Most);
        _pitch = (vectors + _inputTiles.Parts - 1) / _inputTiles.Parts * S.Lanes;
        _panel = maxBlocks * S.Lanes * _pitch;
        _transposed = new NativeBuffer<T>(_inputTiles.Parts * _panel);
        _taps = Tap.Series(S.Lanes, 1, _pitch);
        _tileRows = TileRow.Series(S.Lanes, inputs);
        _transposing = new Transposing(this);
        _product = new Product(this);
    }

    public void Run(T* from, T* gradient, T* weights, T* biasOrNull, int blockCount)
    {
        _x = from;
        _dy = gradient;
        _dw = weights;
        _db = biasOrNull;
        _blocks = blockCount;
        bool inline = (long)_blocks * _inputs * _outputs < InlineWork.MultiplyAdds;
        _pool.Run(_transposing, _blocks, inline);
        _pool.Run(_product, _outputTiles.Parts, inline);
    }

    public void Dispose()
    {
        _transposed.Dispose();
        _taps.Dispose();
        _tileRows.Dispose();
    }

    private sealed class Transposing(LinearWeightGradient<T, TV, S> owner) : IParallelWork
    {
        public void Run(int begin, int end, int worker)
        {
            for (int block = begin; block < end; block++)
            {
                for (int part = 0; part < owner._inputTiles.Parts; part++)
                {
                    int first = owner._inputTiles[part] * S.Lanes;
                    int count = Math.Min(owner._inputTiles[part + 1] * S.Lanes, owner._inputs) - first;
                    Transpose<T, TV, S>.FromBlock(
                        owner._x + ((nint)block * owner._inputs + first) * S.Lanes,
                        owner._transposed.Pointer + part * owner._panel + block * S.Lanes * owner._pitch, count, owner._pitch, S.Lanes);
                }
            }
        }
    }

    private sealed class Product(LinearWeightGradient<T, TV, S> owner) : IParallelWork
    {
        /// <summary>Outputs whose biases' gradients are summed together.</summary>
        private const int TogetherSummed = 32;

        public void Run(int begin, int end, int worker)
        {
            TileCall<T> call = new()
            {
                Rows = owner._tileRows.Pointer,
                Taps = owner._taps.Pointer,
                TapCount = S.Lanes,
                Steps = owner._blocks,
                AStep = (nint)owner._outputs * S.Lanes,
                BStep = S.Lanes * owner._pitch,
                BColumn = S.Lanes,
                CColumn = S.Lanes,
            };
            for (int part = 0; part < owner._inputTiles.Parts; part++)
            {
                (int vector, int count) = (owner._inputTiles[part], owner._inputTiles[part + 1] - owner._inputTiles[part]);
                call.B = owner._transposed.Pointer + part * owner._panel;
                call.LastLanes = Math.Min(S.Lanes, owner._inputs - (vector + count - 1) * S.Lanes);
                for (int tile = begin; tile < end; tile++)
                {
                    int o = owner._outputTiles[tile];
                    call.A = owner._dy + o * S.Lanes;
                    call.C = owner._dw + (nint)o * owner._inputs + vector * S.Lanes;
                    TileTable<T, TV, S, RowMajorTile<T, TV, S>>.Get(owner._outputTiles[tile + 1] - o, count)(&call);
                }
            }
            if (owner._db != null)
            {
                Split groups = Split.ByMost(owner._outputTiles[end] - owner._outputTiles[begin], TogetherSummed);
                for (int i = 0; i < groups.Parts; i++)
                    SumBiases(owner._outputTiles[begin] + groups[i], groups[i + 1] - groups[i]);
            }
        }

        /// <summary>The gradients of neighbouring outputs' biases, block by block, as they lie.</summary>
        private void SumBiases(int first, int count)
        {
            T* sums = stackalloc T[TogetherSummed * S.Lanes];
            new Span<T>(sums, count * S.Lanes).Clear();
            for (int block = 0; block < owner._blocks; block++)
            {
                T* gradients = owner._dy + ((nint)block * owner._outputs + first) * S.Lanes;
                for (int i = 0; i < count * S.Lanes; i += S.Lanes)
                    S.Store(sums + i, S.Add(S.Load(sums + i), S.Load(gradients + i)));
            }
            for (int i = 0; i < count; i++)
                owner._db[first + i] = S.Sum(S.Load(sums + i * S.Lanes));
        }
    }
}
