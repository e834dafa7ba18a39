using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>Depthwise convolution, channel-lane: V channels at a time, each lane with weights of its own.</summary>
internal sealed unsafe class DepthwiseChannelConvolution<T, TV, S> : ChannelConvolution<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly ConvGeometry _g;
    private readonly WorkerPool _pool;
    private readonly DepthwisePlane<T, TV, S, ChannelLaneWeights<T, TV, S>> _plane;
    private readonly int _vectors;
    private readonly Split _bands;
    private readonly NativeBuffer<T> _weights, _bias;

    private T* _source, _target;
    private T _floor, _ceiling;

    public DepthwiseChannelConvolution(in ConvGeometry geometry, WorkerPool pool, Blocking blocking)
    {
        (_g, _pool) = (geometry, pool);
        _plane = new(geometry, forward: true, pool.Threads, blocking);
        _vectors = (_g.InChannels + S.Lanes - 1) / S.Lanes;
        _bands = new(_plane.Height, Math.Clamp((Blocking.WantedItems + _vectors - 1) / _vectors, 1, _plane.Height));
        (_weights, _bias) = (new((long)_vectors * _g.KernelArea * S.Lanes), new((long)_vectors * S.Lanes));
    }

    public override void SetWeights(T* w, T* bias)
    {
        for (int c = 0; c < _g.InChannels; c++)
        {
            T* to = _weights.Pointer + (nint)(c / S.Lanes) * _g.KernelArea * S.Lanes + c % S.Lanes;
            for (int tap = 0; tap < _g.KernelArea; tap++)
                to[tap * S.Lanes] = w[c * _g.KernelArea + tap];
            _bias.Pointer[c] = bias == null ? T.Zero : bias[c];
        }
    }

    public override void Forward(T* x, T* y, Rectifier rectifier)
    {
        _source = x;
        _target = y;
        (_floor, _ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        int items = _vectors * _bands.Parts;
        long work = (long)_vectors * _plane.OutputSize * _g.KernelArea;
        _pool.Run(this, items, inline: work < InlineWork.DepthwiseMultiplyAdds);
    }

    public void Run(int begin, int end, int worker)
    {
        for (int item = begin; item < end; item++)
        {
            (int vector, int band) = int.DivRem(item, _bands.Parts);
            _plane.Run(
                _source + (nint)vector * _plane.InputSize * S.Lanes, _weights.Pointer + (nint)vector * _g.KernelArea * S.Lanes,
                _bias.Pointer + vector * S.Lanes, _target + (nint)vector * _plane.OutputSize * S.Lanes,
                _bands[band], _bands[band + 1], _floor, _ceiling, worker);
        }
    }

    public override void Dispose()
    {
        _plane.Dispose();
        _weights.Dispose();
        _bias.Dispose();
    }
}
