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
    private const long InlineWork = 20_000;

    private readonly int inputs;
    private readonly int outputs;
    private readonly nint weightOutput;
    private readonly nint weightInput;
    private readonly WorkerPool pool;
    private readonly NativeBuffer<Tap> taps;
    private readonly NativeBuffer<TileRow> tileRows;
    private readonly NativeBuffer<T> noBias;
    private readonly Split outputTiles;

    private T* source;
    private T* weights;
    private T* bias;
    private T* target;
    private T floor;
    private T ceiling;
    private Split blockTiles;

    /// <param name="inputs">Numbers that a sum goes over.</param>
    /// <param name="outputs">Sums.</param>
    /// <param name="weightOutput">Elements from one output's weight to the next output's.</param>
    /// <param name="weightInput">Elements from one input's weight to the next input's.</param>
    /// <param name="pool">Threads.</param>
    public LinearPass(int inputs, int outputs, int weightOutput, int weightInput, WorkerPool pool)
    {
        this.inputs = inputs;
        this.outputs = outputs;
        this.weightOutput = weightOutput;
        this.weightInput = weightInput;
        this.pool = pool;
        taps = Tap.Series(Factor.AtMost(inputs, 128) is var factor and >= 16 ? factor : inputs, weightInput, S.Lanes);
        tileRows = TileRow.Series(weightOutput, S.Lanes);
        outputTiles = Split.ByMost(outputs, TileRow.Most);
        noBias = new NativeBuffer<T>(outputs);
    }

    public void Run(T* from, T* weight, T* biasOrNull, T* to, int blocks, Rectifier rectifier)
    {
        source = from;
        weights = weight;
        bias = biasOrNull == null ? noBias.Pointer : biasOrNull;
        target = to;
        (floor, ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        blockTiles = Split.ByMost(blocks, S.TileColumns);
        if ((long)blocks * inputs * outputs < InlineWork)
        {
            Run(0, outputTiles.Parts, 0);
        }
        else
        {
            pool.Run(this, outputTiles.Parts);
        }
    }

    public void Run(int begin, int end, int worker)
    {
        var call = new TileCall<T>
        {
            Rows = tileRows.Pointer,
            Taps = taps.Pointer,
            TapCount = (int)taps.Length,
            Steps = inputs / (int)taps.Length,
            AStep = weightInput * (nint)taps.Length,
            BStep = (nint)taps.Length * S.Lanes,
            BColumn = (nint)inputs * S.Lanes,
            CColumn = (nint)outputs * S.Lanes,
            Limit = floor,
            Ceiling = ceiling,
        };

        for (var part = 0; part < blockTiles.Parts; part++)
        {
            var (block, count) = (blockTiles[part], blockTiles[part + 1] - blockTiles[part]);
            call.B = source + block * call.BColumn;
            for (var tile = begin; tile < end; tile++)
            {
                var o = outputTiles[tile];
                call.A = weights + o * weightOutput;
                call.Bias = bias + o;
                call.C = target + block * call.CColumn + o * S.Lanes;
                TileTable<T, TV, S, BatchLaneTile<T, TV, S>>.Get(outputTiles[tile + 1] - o, count)(&call);
            }
        }
    }

    public void Dispose()
    {
        taps.Dispose();
        tileRows.Dispose();
        noBias.Dispose();
    }
}
