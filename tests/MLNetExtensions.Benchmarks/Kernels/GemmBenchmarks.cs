using BenchmarkDotNet.Attributes;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.Kernels;

/// <summary>Square matrix products, plain and transposed.</summary>
public unsafe class GemmBenchmarks : KernelBenchmark
{
    private Gemm<float> _gemm = null!;
    private float* _a, _b, _c;

    [Params(64, 256, 1024)]
    public int Size { get; set; }

    [Benchmark]
    public void Multiply() => Multiply(transposeA: false, transposeB: false);

    [Benchmark]
    public void MultiplyTransposed() => Multiply(transposeA: true, transposeB: true);

    private protected override void Prepare()
    {
        _gemm = Own(Kernels.Gemm(Pool));
        _a = Numbers(Size * Size);
        _b = Numbers(Size * Size);
        _c = Numbers(Size * Size);
    }

    private void Multiply(bool transposeA, bool transposeB) =>
        _gemm.Multiply(transposeA, transposeB, Size, Size, Size, 1, _a, Size, _b, Size, 0, _c, Size);
}
