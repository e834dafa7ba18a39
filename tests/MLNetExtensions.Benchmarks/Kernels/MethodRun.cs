using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>A convolution near a threshold by one of the two methods, on one thread.</summary>
internal sealed unsafe class MethodRun : IDisposable
{
    private readonly MethodCrossing _crossing;
    private readonly WorkerPool _pool = new(1);
    private readonly BatchConvolution<float>? _batch;
    private readonly ChannelConvolution<float>? _single;
    private readonly NativeBuffer<float> _x, _y, _weights, _images;

    public MethodRun(MethodCrossing crossing, ConvolutionMethod? method)
    {
        (_crossing, ConvGeometry g) = (crossing, crossing.Geometry);
        KernelSet<float> kernels = KernelSet<float>.For(SimdLevels.Best);
        long images = (long)crossing.Blocks * kernels.Lanes;
        (_x, _y) = (Numbers(images * g.InChannels * g.Height * g.Width), Numbers(images * g.OutChannels * g.OutHeight * g.OutWidth));
        (_weights, _images) = (Numbers(g.WeightCount), Numbers(crossing.Task == MethodTask.Gradients ? _x.Length : 0));
        Random random = new(2);
        foreach (ref float value in _y.Span)
            value = random.NextDouble() < crossing.Density ? value : 0;
        if (crossing.Task == MethodTask.OneImage)
        {
            _single = kernels.ChannelConvolution(g, _pool, method: method);
            _single.SetWeights(_weights.Pointer, null);
        }
        else
        {
            _batch = kernels.Convolution(g, crossing.Blocks, _pool, method: method);
        }
    }

    public void Run()
    {
        if (_crossing.Task == MethodTask.OneImage)
            _single!.Forward(_x.Pointer, _y.Pointer, Rectifier.ReLU);
        else if (_crossing.Task == MethodTask.Forward)
            _batch!.Forward(_x.Pointer, _weights.Pointer, null, _y.Pointer, _crossing.Blocks, Rectifier.ReLU);
        else
        {
            if (_crossing.Task == MethodTask.Gradients)
                _batch!.BackwardData(_y.Pointer, _weights.Pointer, _images.Pointer, _crossing.Blocks);
            _batch!.BackwardWeights(_x.Pointer, _y.Pointer, _weights.Pointer, null, _crossing.Blocks);
        }
    }

    public void Dispose()
    {
        _batch?.Dispose();
        _single?.Dispose();
        _pool.Dispose();
        _x.Dispose();
        _y.Dispose();
        _weights.Dispose();
        _images.Dispose();
    }

    private static NativeBuffer<float> Numbers(long count)
    {
        NativeBuffer<float> buffer = new(count);
        Random random = new(1);
        foreach (ref float value in buffer.Span)
            value = random.NextSingle() - 0.5f;
        return buffer;
    }
}
