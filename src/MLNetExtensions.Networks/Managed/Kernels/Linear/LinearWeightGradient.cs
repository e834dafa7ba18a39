using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// The gradient of a fully connected layer's weights and biases, batch-lane:
/// <c>dW[o][i] = Σ over rows n of dy[o][n] · x[i][n]</c>. The blocks of x are transposed to <c>[n][i]</c> first, so that V
/// neighbouring weights of an output are one vector: 6 outputs × 4 vectors of inputs are a tile, and nothing has to be added
/// across lanes. Sums go over all rows in order.
/// </summary>
internal sealed unsafe class LinearWeightGradient<T, TV, S> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const long InlineWork = 20_000;

    private readonly int inputs;
    private readonly int outputs;
    private readonly WorkerPool pool;
    private readonly nint pitch;
    private readonly NativeBuffer<T> transposed;
    private readonly NativeBuffer<Tap> taps;
    private readonly NativeBuffer<TileRow> tileRows;
    private readonly Split outputTiles;
    private readonly Split inputTiles;
    private readonly Transposing transposing;
    private readonly Product product;

    private T* x;
    private T* dy;
    private T* dw;
    private T* db;
    private int blocks;

    public LinearWeightGradient(int inputs, int outputs, int maxBlocks, WorkerPool pool)
    {
        this.inputs = inputs;
        this.outputs = outputs;
        this.pool = pool;
        var vectors = (inputs + S.Lanes - 1) / S.Lanes;
        pitch = (nint)vectors * S.Lanes;
        transposed = new NativeBuffer<T>(maxBlocks * S.Lanes * pitch);
        taps = Tap.Series(S.Lanes, 1, pitch);
        tileRows = TileRow.Series(S.Lanes, inputs);
        outputTiles = Split.ByMost(outputs, TileRow.Most);
        inputTiles = Split.ByMost(vectors, S.TileColumns);
        transposing = new Transposing(this);
        product = new Product(this);
    }

    public void Run(T* from, T* gradient, T* weights, T* biasOrNull, int blockCount)
    {
        x = from;
        dy = gradient;
        dw = weights;
        db = biasOrNull;
        blocks = blockCount;
        if ((long)blocks * inputs * outputs < InlineWork)
        {
            transposing.Run(0, blocks, 0);
            product.Run(0, outputTiles.Parts, 0);
        }
        else
        {
            pool.Run(transposing, blocks);
            pool.Run(product, outputTiles.Parts);
        }
    }

    public void Dispose()
    {
        transposed.Dispose();
        taps.Dispose();
        tileRows.Dispose();
    }

    private sealed class Transposing(LinearWeightGradient<T, TV, S> owner) : IParallelWork
    {
        public void Run(int begin, int end, int worker)
        {
            for (var block = begin; block < end; block++)
            {
                Transpose<T, TV, S>.FromBlock(
                    owner.x + (nint)block * owner.inputs * S.Lanes, owner.transposed.Pointer + block * S.Lanes * owner.pitch,
                    owner.inputs, owner.pitch, S.Lanes);
            }
        }
    }

    private sealed class Product(LinearWeightGradient<T, TV, S> owner) : IParallelWork
    {
        public void Run(int begin, int end, int worker)
        {
            var call = new TileCall<T>
            {
                Rows = owner.tileRows.Pointer,
                Taps = owner.taps.Pointer,
                TapCount = S.Lanes,
                Steps = owner.blocks,
                AStep = (nint)owner.outputs * S.Lanes,
                BStep = S.Lanes * owner.pitch,
                BColumn = S.Lanes,
                CColumn = S.Lanes,
            };
            for (var part = 0; part < owner.inputTiles.Parts; part++)
            {
                var (vector, count) = (owner.inputTiles[part], owner.inputTiles[part + 1] - owner.inputTiles[part]);
                call.B = owner.transposed.Pointer + vector * S.Lanes;
                call.LastLanes = Math.Min(S.Lanes, owner.inputs - (vector + count - 1) * S.Lanes);
                for (var tile = begin; tile < end; tile++)
                {
                    var o = owner.outputTiles[tile];
                    call.A = owner.dy + o * S.Lanes;
                    call.C = owner.dw + (nint)o * owner.inputs + vector * S.Lanes;
                    TileTable<T, TV, S, RowMajorTile<T, TV, S>>.Get(owner.outputTiles[tile + 1] - o, count)(&call);
                }
            }

            if (owner.db != null)
            {
                for (var o = owner.outputTiles[begin]; o < owner.outputTiles[end]; o++)
                {
                    owner.db[o] = BiasGradient(o);
                }
            }
        }

        private T BiasGradient(int output)
        {
            var sum = S.Zero;
            for (var block = 0; block < owner.blocks; block++)
            {
                sum = S.Add(sum, S.Load(owner.dy + ((nint)block * owner.outputs + output) * S.Lanes));
            }

            return S.Sum(sum);
        }
    }
}
