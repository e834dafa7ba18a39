using System.Numerics;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

[Collection(nameof(KernelBench))]
public unsafe class PoolingTests
{
    private static readonly PoolGeometry[] Shapes =
    [
        new(1, 1, 1, 1, 1, 1),
        new(4, 4, 2, 2, 2, 2),
        new(7, 5, 3, 3, 2, 2),
        new(7, 5, 3, 3, 2, 2, CeilMode: true),
        new(6, 6, 3, 3, 2, 2, 1, 1, CeilMode: true),
        new(8, 9, 3, 2, 1, 3, 1, 1, CountIncludePad: false),
        new(8, 9, 3, 2, 1, 3, 1, 0, CeilMode: true),
        new(5, 5, 2, 2, 4, 4),
        new(28, 28, 2, 2, 2, 2),
        new(13, 11, 5, 5, 1, 1, 2, 2),
    ];

    [Fact]
    public void Max_pool_and_its_gradient_match_the_definition() => Each((level, threads) =>
    {
        foreach (var g in Shapes.Append(new PoolGeometry(9, 9, 3, 3, 1, 1, 1, 1, 2, 2)))
        {
            Check<float>(kernels => pool => kernels.MaxPool(g, pool), Reference.MaxPool, Reference.MaxPoolGradient, g, level, threads);
            Check<double>(kernels => pool => kernels.MaxPool(g, pool), Reference.MaxPool, Reference.MaxPoolGradient, g, level, threads);
        }
    });

    [Fact]
    public void Avg_pool_and_its_gradient_match_the_definition() => Each((level, threads) =>
    {
        foreach (var g in Shapes)
        {
            Check<float>(kernels => pool => kernels.AvgPool(g, pool), Reference.AvgPool, Reference.AvgPoolGradient, g, level, threads);
            Check<double>(kernels => pool => kernels.AvgPool(g, pool), Reference.AvgPool, Reference.AvgPoolGradient, g, level, threads);
        }
    });

    [Fact]
    public void Adaptive_avg_pool_is_avg_pool_where_sizes_divide() => Each((level, threads) =>
    {
        foreach (var (g, h, w) in new[] { (new PoolGeometry(6, 8, 2, 4, 2, 4), 3, 2), (new PoolGeometry(7, 7, 7, 7, 1, 1), 1, 1), (new PoolGeometry(5, 3, 1, 1, 1, 1), 5, 3) })
        {
            Check<float>(
                kernels => pool => kernels.AdaptiveAvgPool(g.Height, g.Width, h, w, pool), Reference.AvgPool, Reference.AvgPoolGradient, g, level, threads);
        }
    });

    [Fact]
    public void Adaptive_avg_pool_overlaps_windows_where_sizes_do_not_divide()
    {
        foreach (var level in SimdLevels.Supported)
        {
            var kernels = KernelSet<float>.For(level);
            var pool = KernelBench.Pool(1);
            using var x = KernelBench.Blocked<float>([1, 2, 3, 4, 5], 1, 5, kernels.Lanes);
            using var y = KernelBench.Blocked<float>(1, 3, kernels.Lanes);
            using var dy = KernelBench.Blocked<float>([6, 6, 6], 1, 3, kernels.Lanes);
            using var dx = KernelBench.Blocked<float>(1, 5, kernels.Lanes);
            var pooling = kernels.AdaptiveAvgPool(1, 5, 1, 3, pool);
            pooling.Forward(x.Pointer, y.Pointer, 1);
            pooling.Backward(null, null, dy.Pointer, dx.Pointer, 1);
            Assert.Equal([1.5, 3, 4.5], KernelBench.Unblocked(y, 1, 3, kernels.Lanes)); // windows [0,2) [1,4) [3,5)
            Assert.Equal([3.0, 5, 2, 5, 3], KernelBench.Unblocked(dx, 1, 5, kernels.Lanes));
        }
    }

    [Fact]
    public void Max_pool_gives_a_tie_to_the_first_and_lets_a_nan_through()
    {
        foreach (var level in SimdLevels.Supported)
        {
            var kernels = KernelSet<float>.For(level);
            var pool = KernelBench.Pool(1);
            using var x = KernelBench.Blocked<float>([2, 2, 1, 2, 7, double.NaN, 8, 9], 1, 8, kernels.Lanes);
            using var y = KernelBench.Blocked<float>(1, 2, kernels.Lanes);
            using var dy = KernelBench.Blocked<float>([5, 3], 1, 2, kernels.Lanes);
            using var dx = KernelBench.Blocked<float>(1, 8, kernels.Lanes);
            var pooling = kernels.MaxPool(new PoolGeometry(1, 8, 1, 4, 1, 4), pool);
            pooling.Forward(x.Pointer, y.Pointer, 1);
            pooling.Backward(x.Pointer, y.Pointer, dy.Pointer, dx.Pointer, 1);
            Assert.Equal([2, double.NaN], KernelBench.Unblocked(y, 1, 2, kernels.Lanes));
            Assert.Equal([5.0, 0, 0, 0, 0, 0, 0, 0], KernelBench.Unblocked(dx, 1, 8, kernels.Lanes));
        }
    }

    private static void Each(Action<SimdLevel, int> check)
    {
        foreach (var (level, threads) in KernelBench.Settings())
        {
            check(level, threads);
        }
    }

    private static void Check<T>(
        Func<KernelSet<T>, Func<WorkerPool, Pooling<T>>> make,
        Func<PoolGeometry, double[], int, double[]> forward,
        Func<PoolGeometry, double[], double[], int, double[]> backward,
        PoolGeometry g,
        SimdLevel level,
        int threads)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int channels = 3;
        var kernels = KernelSet<T>.For(level);
        var random = new Random(g.GetHashCode() & 0xff);
        var (lanes, images) = (kernels.Lanes, kernels.Lanes + 1);
        var (inner, outer) = (g.Height * g.Width, g.OutHeight * g.OutWidth);
        var x = KernelBench.Numbers(random, images * channels * inner);
        var dy = KernelBench.Numbers(random, images * channels * outer);
        var pool = KernelBench.Pool(threads);
        using var bx = KernelBench.Blocked<T>(x, images, channels * inner, lanes);
        using var bdy = KernelBench.Blocked<T>(dy, images, channels * outer, lanes);
        using var y = KernelBench.Blocked<T>(images, channels * outer, lanes);
        using var dx = KernelBench.Blocked<T>(images, channels * inner, lanes);
        var pooling = make(kernels)(pool);
        var planes = (images + lanes - 1) / lanes * channels;
        pooling.Forward(bx.Pointer, y.Pointer, planes);
        pooling.Backward(bx.Pointer, y.Pointer, bdy.Pointer, dx.Pointer, planes);
        KernelBench.AssertClose<T>(forward(g, x, images * channels), KernelBench.Unblocked(y, images, channels * outer, lanes), $"y {g} {level}");
        KernelBench.AssertClose<T>(backward(g, x, dy, images * channels), KernelBench.Unblocked(dx, images, channels * inner, lanes), $"dx {g} {level}");
    }
}
