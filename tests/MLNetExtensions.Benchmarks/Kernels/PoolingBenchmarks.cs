using BenchmarkDotNet.Attributes;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>Pooling of planes of vectors, forward and backward.</summary>
public unsafe class PoolingBenchmarks : KernelBenchmark
{
    private const int Planes = 256, Side = 32;

    private Pooling<float> _pooling = null!;
    private float* _x, _y, _dx;

    [Params("max 2 stride 2", "max 3 stride 2", "average 2 stride 2", "adaptive average 7")]
    public string Kind { get; set; } = "";

    [Benchmark]
    public void Forward() => _pooling.Forward(_x, _y, Planes);

    [Benchmark]
    public void Backward() => _pooling.Backward(_x, _y, _y, _dx, Planes);

    private protected override void Prepare()
    {
        _pooling = Kind switch
        {
            "max 2 stride 2" => Kernels.MaxPool(new(Side, Side, 2, 2, 2, 2), Pool),
            "max 3 stride 2" => Kernels.MaxPool(new(Side, Side, 3, 3, 2, 2), Pool),
            "average 2 stride 2" => Kernels.AvgPool(new(Side, Side, 2, 2, 2, 2), Pool),
            _ => Kernels.AdaptiveAvgPool(Side, Side, 7, 7, Pool),
        };
        int input = Planes * Side * Side * Kernels.Lanes;
        _x = Numbers(input);
        _y = Numbers(input / 4);
        _dx = Numbers(input);
        _pooling.Forward(_x, _y, Planes);
    }
}
