using BenchmarkDotNet.Attributes;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>Fully connected layers on a batch, forward and backward.</summary>
public unsafe class LinearBenchmarks : KernelBenchmark
{
    private const int Rows = 128;

    private BatchLinear<float> _linear = null!;
    private int _blocks;
    private float* _x, _w, _bias, _y, _dx, _dw;

    [Params("8x64", "400x120", "4096x10", "1024x1024")]
    public string Shape { get; set; } = "";

    [Benchmark]
    public void Forward() => _linear.Forward(_x, _w, _bias, _y, _blocks, Rectifier.ReLU);

    [Benchmark]
    public void BackwardData() => _linear.BackwardData(_y, _w, _dx, _blocks);

    [Benchmark]
    public void BackwardWeights() => _linear.BackwardWeights(_x, _y, _dw, _bias, _blocks);

    private protected override void Prepare()
    {
        int[] sizes = [.. Shape.Split('x').Select(int.Parse)];
        _blocks = Rows / Kernels.Lanes;
        _linear = Own(Kernels.Linear(sizes[0], sizes[1], _blocks, Pool));
        _x = Numbers(Rows * sizes[0]);
        _dx = Numbers(Rows * sizes[0]);
        _y = Numbers(Rows * sizes[1]);
        _w = Numbers(sizes[0] * sizes[1]);
        _dw = Numbers(sizes[0] * sizes[1]);
        _bias = Numbers(sizes[1]);
    }
}
