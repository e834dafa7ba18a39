using BenchmarkDotNet.Attributes;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>Convolutions of a batch of images, forward and backward.</summary>
public unsafe class BatchConvolutionBenchmarks : KernelBenchmark
{
    private const int Images = 128;

    private BatchConvolution<float> _convolution = null!;
    private int _blocks;
    private float* _x, _w, _bias, _y, _dx, _dw;

    [ParamsSource(nameof(Shapes))]
    public string Shape { get; set; } = "";

    public static IEnumerable<string> Shapes => ConvolutionShapes.ForBatches;

    [Benchmark]
    public void Forward() => _convolution.Forward(_x, _w, _bias, _y, _blocks, Rectifier.ReLU);

    [Benchmark]
    public void BackwardData() => _convolution.BackwardData(_y, _w, _dx, _blocks);

    [Benchmark]
    public void BackwardWeights() => _convolution.BackwardWeights(_x, _y, _dw, _bias, _blocks);

    private protected override void Prepare()
    {
        ConvGeometry geometry = ConvolutionShapes.Get(Shape);
        _blocks = Images / Kernels.Lanes;
        _convolution = Own(Kernels.Convolution(geometry, _blocks, Pool));
        int input = Images * geometry.InChannels * geometry.Height * geometry.Width;
        int output = Images * geometry.OutChannels * geometry.OutHeight * geometry.OutWidth;
        _x = Numbers(input);
        _dx = Numbers(input);
        _y = Numbers(output);
        _w = Numbers(geometry.WeightCount);
        _dw = Numbers(geometry.WeightCount);
        _bias = Numbers(geometry.OutChannels);
    }
}
