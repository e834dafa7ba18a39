using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// A fully connected layer for one row, channel-lane: V outputs side by side. The input is the feature map
/// <c>[ceil(C / V)][H][W][V]</c> of the layer before, in the order in which it lies, so that flattening costs nothing; a dense
/// input is a map of 1 × 1.
/// </summary>
internal abstract unsafe class ChannelLinear<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Packs <paramref name="w"/> <c>[out][C · H · W]</c> and <paramref name="bias"/> (null: none), or finds them packed by another session of
    /// the network.</summary>
    public abstract void SetWeights(T* w, T* bias);

    /// <summary>Writes <c>[ceil(out / V)][V]</c>, lanes without an output zero; clamped by
    /// <paramref name="rectifier"/>.</summary>
    public abstract void Forward(T* x, T* y, Rectifier rectifier);

    /// <summary><see cref="Forward(T*, T*, Rectifier)"/> of the first of some sparse rows, whose values are the channels of a map of
    /// 1 × 1; to the bit the same.</summary>
    public abstract void Forward(SparseBatch<T> x, T* y, Rectifier rectifier);

    public abstract void Dispose();
}

/// <inheritdoc/>
internal sealed unsafe class ChannelLinear<T, TV, S> : ChannelLinear<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private const long InlineWork = 20_000;

    private readonly int channels;
    private readonly int plane;
    private readonly int inputs;
    private readonly int outputs;
    private readonly WorkerPool pool;
    private readonly Split tiles;
    private readonly NativeBuffer<Tap> taps;
    private readonly NativeBuffer<TileRow> row = new(1);
    private readonly PackedWeights<T>? shared;
    private readonly NativeBuffer<T> packedBias;

    private NativeBuffer<T> packed = null!;
    private T* source;
    private T* target;
    private T floor;
    private T ceiling;

    public ChannelLinear(int channels, int height, int width, int outputs, WorkerPool pool, PackedWeights<T>? shared)
    {
        this.shared = shared;
        this.channels = channels;
        this.outputs = outputs;
        this.pool = pool;
        plane = height * width;
        inputs = channels * plane;
        var vectors = (outputs + S.Lanes - 1) / S.Lanes;
        tiles = Split.ByMost(vectors, S.TileColumns);
        packedBias = new NativeBuffer<T>(vectors * S.Lanes);
        taps = new NativeBuffer<Tap>(inputs);
        var count = 0;
        foreach (var (physical, _) in Features())
        {
            taps.Pointer[count] = new Tap(physical, checked(count * S.Lanes));
            count++;
        }
    }

    public override void SetWeights(T* w, T* bias)
    {
        var length = packedBias.Length * inputs;
        packed = PackedWeights<T>.Get(shared, w, $"{nameof(ChannelLinear<,,>)} {channels}×{plane}", length, to => Pack(w, to));
        for (var o = 0; o < outputs; o++)
        {
            packedBias.Pointer[o] = bias == null ? T.Zero : bias[o];
        }
    }

    public override void Forward(T* x, T* y, Rectifier rectifier)
    {
        source = x;
        target = y;
        (floor, ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        if ((long)inputs * outputs / S.Lanes < InlineWork)
        {
            Run(0, tiles.Parts, 0);
        }
        else
        {
            pool.Run(this, tiles.Parts);
        }
    }

    public void Run(int begin, int end, int worker)
    {
        var call = new TileCall<T>
        {
            A = source,
            Rows = row.Pointer,
            Taps = taps.Pointer,
            TapCount = inputs,
            Steps = 1,
            BColumn = (nint)inputs * S.Lanes,
            CColumn = S.Lanes,
            Limit = floor,
            Ceiling = ceiling,
        };
        for (var tile = begin; tile < end; tile++)
        {
            var vector = tiles[tile];
            call.B = packed.Pointer + vector * call.BColumn;
            call.Bias = packedBias.Pointer + vector * S.Lanes;
            call.C = target + vector * S.Lanes;
            TileTable<T, TV, S, ChannelLaneTile<T, TV, S>>.Get(1, tiles[tile + 1] - vector)(&call);
        }
    }

    public override void Forward(SparseBatch<T> x, T* y, Rectifier rectifier)
    {
        TV low = S.Broadcast(rectifier.Floor<T>()), high = S.Broadcast(rectifier.Ceiling<T>());
        for (nint first = 0; first < packedBias.Length; first += S.Lanes)
        {
            T* weights = packed.Pointer + first * inputs;
            TV sum = S.Load(packedBias.Pointer + first);
            for (int i = 0; i < x.Starts[1]; i++)
                sum = S.MultiplyAdd(S.Broadcast(x.Values[i]), S.Load(weights + (nint)x.Indices[i] * S.Lanes), sum);
            S.Store(y + first, S.Min(high, S.Max(low, sum)));
        }
    }

    public override void Dispose()
    {
        taps.Dispose();
        row.Dispose();
        packedBias.Dispose();
    }

    private void Pack(T* w, T* to)
    {
        var count = 0;
        foreach (var (_, logical) in Features())
        {
            for (var o = 0; o < outputs; o++)
            {
                to[((nint)(o / S.Lanes) * inputs + count) * S.Lanes + o % S.Lanes] = w[(nint)o * inputs + logical];
            }

            count++;
        }
    }

    /// <summary>Every feature in the order of the blocked map: where it lies there, and its number in PyTorch's order.</summary>
    private IEnumerable<(int Physical, int Logical)> Features()
    {
        for (var first = 0; first < channels; first += S.Lanes)
        {
            for (var pixel = 0; pixel < plane; pixel++)
            {
                for (var lane = 0; lane < Math.Min(S.Lanes, channels - first); lane++)
                {
                    yield return (first * plane + pixel * S.Lanes + lane, (first + lane) * plane + pixel);
                }
            }
        }
    }
}
