using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>The product of two square matrices; work is counted in floating-point operations.</summary>
internal sealed unsafe class GemmContender : LocalContender
{
    private readonly int _size;
    private readonly WorkerPool _pool;
    private readonly Gemm<float> _gemm;
    private readonly NativeBuffer<float> _a, _b, _c;

    public GemmContender(int size, int threads)
    {
        _size = size;
        _pool = new(threads);
        _gemm = KernelSet<float>.For(SimdLevels.Best).Gemm(_pool);
        (_a, _b, _c) = (new((long)size * size), new((long)size * size), new((long)size * size));
        Random random = new(1);
        foreach (ref float value in _a.Span)
            value = random.NextSingle() - 0.5f;
        foreach (ref float value in _b.Span)
            value = random.NextSingle() - 0.5f;
    }

    public override string Name => $"GEMM, {_pool.Threads} thread{(_pool.Threads == 1 ? "" : "s")}";

    protected override double WorkPerStep => 2.0 * _size * _size * _size;

    public override void Dispose()
    {
        _gemm.Dispose();
        _pool.Dispose();
        _a.Dispose();
        _b.Dispose();
        _c.Dispose();
    }

    protected override void Step() =>
        _gemm.Multiply(false, false, _size, _size, _size, 1, _a.Pointer, _size, _b.Pointer, _size, 0, _c.Pointer, _size);
}
