using BenchmarkDotNet.Attributes;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>Convolutions of one image, as inference does them.</summary>
public unsafe class ChannelConvolutionBenchmarks : KernelBenchmark
{
    private ChannelConvolution<float> _convolution = null!;
    private float* _x, _y;

    [ParamsSource(nameof(Shapes))]
    public string Shape { get; set; } = "";

    public static IEnumerable<string> Shapes => ConvolutionShapes.ForImages;

    [Benchmark]
    public void Forward() => _convolution.Forward(_x, _y, Rectifier.ReLU);

    private protected override void Prepare()
    {
        ConvGeometry geometry = ConvolutionShapes.Get(Shape);
        _convolution = Own(Kernels.ChannelConvolution(geometry, Pool));
        _convolution.SetWeights(Numbers(geometry.WeightCount), Numbers(geometry.OutChannels));
        _x = Numbers(Padded(geometry.InChannels) * geometry.Height * geometry.Width);
        _y = Numbers(Padded(geometry.OutChannels) * geometry.OutHeight * geometry.OutWidth);

        int Padded(int channels) => (channels + Kernels.Lanes - 1) / Kernels.Lanes * Kernels.Lanes;
    }
}
