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
    /// <summary>Packs <paramref name="w"/> <c>[out][C · H · W]</c> and <paramref name="bias"/> (null: none), or finds
    /// them packed by another session of the network.</summary>
    public abstract void SetWeights(T* w, T* bias);

    /// <summary>Writes <c>[ceil(out / V)][V]</c>, lanes without an output zero; clamped by
    /// <paramref name="rectifier"/>.</summary>
    public abstract void Forward(T* x, T* y, Rectifier rectifier);

    /// <summary><see cref="Forward(T*, T*, Rectifier)"/> of the first of some sparse rows, whose values are the channels of a
    /// map of 1 × 1; to the bit the same.</summary>
    public abstract void Forward(SparseBatch<T> x, T* y, Rectifier rectifier);

    public abstract void Dispose();
}

/// <inheritdoc/>
internal sealed unsafe class ChannelLinear<T, TV, S> : ChannelLinear<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _channels;
    private readonly int _plane;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly WorkerPool _pool;
    private readonly Split _tiles;
    private readonly NativeBuffer<Tap> _taps;
    private readonly NativeBuffer<TileRow> _row = new(1);
    private readonly PackedWeights<T>? _shared;
    private readonly NativeBuffer<T> _packedBias;

    private NativeBuffer<T> _packed = null!;
    private T* _source;
    private T* _target;
    private T _floor;
    private T _ceiling;

    public ChannelLinear(int channels, int height, int width, int outputs, WorkerPool pool, PackedWeights<T>? shared)
    {
        _shared = shared;
        _channels = channels;
        _outputs = outputs;
        _pool = pool;
        _plane = height * width;
        _inputs = channels * _plane;
        int vectors = (outputs + S.Lanes - 1) / S.Lanes;
        _tiles = Split.ByMost(vectors, S.TileColumns);
        _packedBias = new NativeBuffer<T>(vectors * S.Lanes);
        _taps = new NativeBuffer<Tap>(_inputs);
        int count = 0;
        foreach ((int physical, _) in Features())
        {
            _taps.Pointer[count] = new Tap(physical, checked(count * S.Lanes));
            count++;
        }
    }

    public override void SetWeights(T* w, T* bias)
    {
        long length = _packedBias.Length * _inputs;
        _packed = PackedWeights<T>.Get(
            _shared, w, $"{nameof(ChannelLinear<,,>)} {_channels}×{_plane}", length, to => Pack(w, to));
        for (int o = 0; o < _outputs; o++)
            _packedBias.Pointer[o] = bias == null ? T.Zero : bias[o];
    }

    public override void Forward(T* x, T* y, Rectifier rectifier)
    {
        _source = x;
        _target = y;
        (_floor, _ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        _pool.Run(this, _tiles.Parts, inline: (long)_inputs * _outputs / S.Lanes < InlineWork.MultiplyAdds);
    }

    public void Run(int begin, int end, int worker)
    {
        TileCall<T> call = new()
        {
            A = _source,
            Rows = _row.Pointer,
            Taps = _taps.Pointer,
            TapCount = _inputs,
            Steps = 1,
            BColumn = (nint)_inputs * S.Lanes,
            CColumn = S.Lanes,
            Limit = _floor,
            Ceiling = _ceiling,
        };
        for (int tile = begin; tile < end; tile++)
        {
            int vector = _tiles[tile];
            call.B = _packed.Pointer + vector * call.BColumn;
            call.Bias = _packedBias.Pointer + vector * S.Lanes;
            call.C = _target + vector * S.Lanes;
            TileTable<T, TV, S, ChannelLaneTile<T, TV, S>>.Get(1, _tiles[tile + 1] - vector)(&call);
        }
    }

    public override void Forward(SparseBatch<T> x, T* y, Rectifier rectifier)
    {
        TV low = S.Broadcast(rectifier.Floor<T>()), high = S.Broadcast(rectifier.Ceiling<T>());
        for (nint first = 0; first < _packedBias.Length; first += S.Lanes)
        {
            T* weights = _packed.Pointer + first * _inputs;
            TV sum = S.Load(_packedBias.Pointer + first);
            for (int i = 0; i < x.Starts[1]; i++)
                sum = S.MultiplyAdd(S.Broadcast(x.Values[i]), S.Load(weights + (nint)x.Indices[i] * S.Lanes), sum);
            S.Store(y + first, S.Min(high, S.Max(low, sum)));
        }
    }

    public override void Dispose()
    {
        _taps.Dispose();
        _row.Dispose();
        _packedBias.Dispose();
    }

    private void Pack(T* w, T* to)
    {
        int count = 0;
        foreach ((_, int logical) in Features())
        {
            for (int o = 0; o < _outputs; o++)
                to[((nint)(o / S.Lanes) * _inputs + count) * S.Lanes + o % S.Lanes] = w[(nint)o * _inputs + logical];
            count++;
        }
    }

    /// <summary>Every feature in the order of the blocked map: where it lies there, and its number in PyTorch's order.</summary>
    private IEnumerable<(int Physical, int Logical)> Features()
    {
        for (int first = 0; first < _channels; first += S.Lanes)
        {
            for (int pixel = 0; pixel < _plane; pixel++)
            {
                for (int lane = 0; lane < Math.Min(S.Lanes, _channels - first); lane++)
                    yield return (first * _plane + pixel * S.Lanes + lane, (first + lane) * _plane + pixel);
            }
        }
    }
}
