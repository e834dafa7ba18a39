using System.Numerics;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A depthwise convolution of batch-lane images, forward or back to the input: plane by plane, for nothing is summed
/// over channels.</summary>
internal sealed unsafe class DepthwisePass<T, TV, S> : IConvolutionPass<T>, IParallelWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TV : unmanaged
    where S : struct, ISimd<T, TV>
{
    private readonly int _channels, _area;
    private readonly WorkerPool _pool;
    private readonly DepthwisePlane<T, TV, S, BatchLaneWeights<T, TV, S>> _plane;
    private readonly NativeBuffer<T> _noBias;

    private T* _source, _weights, _bias, _target;
    private T _floor, _ceiling;

    public DepthwisePass(in ConvGeometry geometry, bool forward, WorkerPool pool, Blocking blocking)
    {
        (_channels, _area, _pool) = (geometry.InChannels, geometry.KernelArea, pool);
        _plane = new(geometry, forward, pool.Threads, blocking);
        _noBias = new(_channels);
    }

    public void Run(T* from, T* weight, T* biasOrNull, T* to, int blocks, Rectifier rectifier)
    {
        _source = from;
        _weights = weight;
        _bias = biasOrNull == null ? _noBias.Pointer : biasOrNull;
        _target = to;
        (_floor, _ceiling) = (rectifier.Floor<T>(), rectifier.Ceiling<T>());
        int planes = blocks * _channels;
        _pool.Run(this, planes, inline: (long)planes * _plane.OutputSize * _area < InlineWork.MultiplyAdds);
    }

    public void Run(int begin, int end, int worker)
    {
        for (int plane = begin; plane < end; plane++)
        {
            int channel = plane % _channels;
            _plane.Run(
                _source + (nint)plane * _plane.InputSize * S.Lanes, _weights + channel * _area, _bias + channel,
                _target + (nint)plane * _plane.OutputSize * S.Lanes, 0, _plane.Height, _floor, _ceiling, worker);
        }
    }

    public void Dispose()
    {
        _plane.Dispose();
        _noBias.Dispose();
    }
}
