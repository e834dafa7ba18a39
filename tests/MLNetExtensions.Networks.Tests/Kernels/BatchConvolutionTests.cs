using System.Numerics;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

[Collection(nameof(KernelBench))]
public unsafe class BatchConvolutionTests
{
    [Fact]
    public void Single_matches_the_definition_at_every_width_and_any_number_of_threads() => Check<float>(seed: 1, shapes: 15);

    [Fact]
    public void Double_matches_the_definition_at_every_width_and_any_number_of_threads() => Check<double>(seed: 2, shapes: 15);

    [Fact]
    public void Large_shapes_that_are_cut_into_bands_and_parts_match() => CheckLarge<float>(
        [new(24, 20, 44, 10, 3, 2, PadH: 1, PadW: 1), new(96, 5, 6, 80, 3, 3, PadH: 1, PadW: 1)], 17, times: 1);

    [Fact]
    public void Depthwise_planes_larger_than_the_cache_match() => CheckLarge<float>(
        [new(3, 71, 83, 3, 3, 3, PadH: 1, PadW: 1, Groups: 3), new(2, 90, 75, 2, 5, 5, StrideH: 2, StrideW: 2, PadH: 2, PadW: 2, Groups: 2)], 17, times: 2);

    [Fact]
    public void Winograd_matches_the_definition_with_tiles_cut_off_and_any_padding()
    {
        ConvGeometry[] shapes =
        [
            new(16, 23, 26, 18, 3, 3, PadH: 1, PadW: 1),
            new(35, 26, 25, 50, 3, 3),
            new(17, 25, 22, 16, 3, 3, PadH: 2, PadW: 1),
        ];
        Assert.All(shapes, g => Assert.Equal(ConvolutionMethod.Winograd, ConvolutionMethods<float, float, SimdScalar<float>>.Pass(g, 1, constantWeights: false)));
        CheckLarge<float>(shapes, 5, times: 5);
        CheckLarge<double>(shapes, 5, times: 5);
        CheckLarge<float>([new(32, 13, 12, 40, 3, 3, PadH: 1, PadW: 1)], 17, times: 5);
    }

    [Fact]
    public void Winograd_takes_tiles_of_several_images_and_panels_of_channels_together()
    {
        ConvGeometry[] shapes = [new(97, 4, 4, 33, 3, 3, PadH: 1, PadW: 1), new(150, 7, 8, 17, 3, 3, PadH: 1, PadW: 1)];
        Assert.All(shapes, g => Assert.Equal(ConvolutionMethod.Winograd, ConvolutionMethods<float, float, SimdScalar<float>>.Pass(g, 40, constantWeights: false)));
        Assert.All(shapes, g => Assert.Equal(ConvolutionMethod.Winograd, ConvolutionMethods<float, float, SimdScalar<float>>.WeightGradient(g, 40)));
        CheckLarge<float>(shapes, 40, times: 5);
        CheckLarge<double>(shapes, 40, times: 5);
        // So many channels that not all tiles are transformed at once.
        CheckLarge<float>([new(48, 6, 6, 240, 3, 3, PadH: 1, PadW: 1)], 33, times: 5);
    }

    [Fact]
    public void Winograd_matches_the_definition_for_kernels_of_a_row_or_a_column()
    {
        ConvGeometry[] shapes =
        [
            new(25, 1, 47, 26, 1, 3, PadW: 1),
            new(24, 3, 40, 24, 1, 3, PadH: 0, PadW: 2),
            new(35, 2, 40, 50, 1, 4, PadW: 3),
            new(24, 4, 20, 33, 1, 5),
            new(26, 4, 17, 24, 1, 6, PadW: 5),
            new(28, 5, 16, 25, 1, 7, PadW: 3),
            new(25, 24, 3, 28, 3, 1),
            new(24, 23, 5, 24, 4, 1, PadH: 1),
            new(31, 21, 2, 24, 5, 1, PadH: 2),
            new(24, 14, 3, 26, 7, 1, PadH: 3),
        ];
        Assert.All(shapes, g => Assert.Equal(ConvolutionMethod.Winograd, ConvolutionMethods<float, float, SimdScalar<float>>.Pass(g, 20, constantWeights: false)));
        CheckLarge<float>(shapes, 20, times: 10);
        CheckLarge<double>(shapes, 20, times: 10);
        // More channels than are transformed back at once, in several items.
        CheckLarge<float>([new(300, 1, 40, 100, 1, 4, PadW: 3)], 50, times: 10);
    }

    [Fact]
    public void Transposed_images_give_the_gradient_of_any_kernel_stride_padding_and_dilation()
    {
        ConvGeometry[] shapes =
        [
            new(35, 7, 6, 70, 1, 1),
            new(40, 9, 8, 24, 3, 2, StrideH: 2, StrideW: 1, PadH: 1, PadW: 1),
            new(33, 6, 9, 17, 3, 3, PadH: 2, PadW: 3, DilationH: 2, DilationW: 3),
            new(32, 2, 2, 64, 5, 5, PadH: 2, PadW: 2),
            new(32, 3, 3, 128, 3, 3, StrideH: 4, StrideW: 4, PadH: 4, PadW: 4),
        ];
        Assert.All(shapes, g => Assert.Equal(ConvolutionMethod.Transposed, ConvolutionMethods<float, float, SimdScalar<float>>.WeightGradient(g, 1)));
        CheckLarge<float>(shapes, 19, times: 2);
        CheckLarge<double>(shapes, 19, times: 2);
        // More panels and images than are transposed at once.
        CheckLarge<float>([new(520, 14, 13, 64, 1, 1)], 17, times: 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(1)]
    public void Sparse_gradients_give_what_any_kernel_stride_padding_and_dilation_says(double share)
    {
        ConvGeometry[] shapes =
        [
            new(35, 1, 40, 70, 1, 5, PadW: 4),
            new(16, 9, 8, 24, 3, 2, StrideH: 2, StrideW: 1, PadH: 1, PadW: 1),
            new(33, 6, 9, 17, 3, 3, PadH: 2, PadW: 3, DilationH: 2, DilationW: 3),
            new(20, 5, 4, 3, 3, 3, StrideH: 3, StrideW: 3),
            new(16, 2, 2, 8, 1, 1, PadH: 3, PadW: 3),
        ];
        CheckLarge<float>(shapes, 19, times: 2, share);
        CheckLarge<double>(shapes, 19, times: 2, share);
        // More numbers than are listed at once.
        CheckLarge<float>([new(16, 24, 25, 40, 3, 3, PadH: 1, PadW: 1)], 17, times: 2, share);
    }

    /// <summary>A block takes all the memory: they follow one another, for the images' gradient as many at once as there are
    /// threads.</summary>
    [Fact]
    public void Sparse_gradients_take_some_blocks_of_large_images_at_a_time() =>
        CheckLarge<float>([new(17, 46, 47, 3, 1, 2)], 35, times: 2, sparseShare: 0.02);

    [Fact]
    public void Few_numbers_are_looked_for_where_they_have_many_products()
    {
        // One number of so many.
        Assert.Equal(16, Fewest(new(300, 1, 40, 100, 1, 4, PadW: 3)));
        Assert.Equal(16, Fewest(new(64, 8, 8, 64, 5, 5, PadH: 2, PadW: 2)));
        Assert.Equal(32, Fewest(new(64, 8, 8, 64, 3, 3, PadH: 1, PadW: 1)));
        Assert.Equal(64, Fewest(new(64, 32, 32, 128, 1, 1)));
        Assert.Null(Fewest(new(64, 1, 500, 4, 1, 5)));
        Assert.Null(Fewest(new(64, 8, 8, 64, 5, 5, PadH: 2, PadW: 2, Groups: 2)));

        static int? Fewest(ConvGeometry g) =>
            new int?[] { 8, 16, 32, 64, 1000 }.FirstOrDefault(of => ConvolutionMethods<float, float, SimdScalar<float>>.IsSparse(g, 1.0 / of!.Value));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public void Weights_that_stay_are_transformed_once_for_any_number_of_threads(int threads)
    {
        ConvGeometry g = new(18, 7, 6, 17, 3, 3, PadH: 1, PadW: 1);
        Assert.Equal(ConvolutionMethod.Winograd, ConvolutionMethods<float, float, SimdScalar<float>>.Pass(g, 1, constantWeights: true));
        Assert.Equal(ConvolutionMethod.Direct, ConvolutionMethods<float, float, SimdScalar<float>>.Pass(g, 1, constantWeights: false));
        using var pool = new WorkerPool(threads);
        foreach (var level in SimdLevels.Supported)
        {
            var (kernels, random) = (KernelSet<double>.For(level), new Random(1));
            var (lanes, inner, outer) = (kernels.Lanes, g.InChannels * g.Height * g.Width, g.OutChannels * g.OutHeight * g.OutWidth);
            var w = KernelBench.Numbers(random, g.WeightCount);
            using var convolution = kernels.Convolution(g, 3, pool, constantWeights: true);
            using var bw = KernelBench.Flat<double>(w);
            foreach (var blocks in new[] { 1, 3, 2 })
            {
                var x = KernelBench.Numbers(random, blocks * lanes * inner);
                using var bx = KernelBench.Blocked<double>(x, blocks * lanes, inner, lanes);
                using var y = KernelBench.Blocked<double>(blocks * lanes, outer, lanes);
                convolution.Forward(bx.Pointer, bw.Pointer, null, y.Pointer, blocks, Rectifier.ReLU);
                KernelBench.AssertClose<double>(
                    Reference.Convolution(g, x, w, null, blocks * lanes, Rectifier.ReLU), KernelBench.Unblocked(y, blocks * lanes, outer, lanes), $"{level}", 5);
                // The pass keeps its own: these are not looked at any more.
                bw.Span.Clear();
            }
        }
    }

    private static void CheckLarge<T>(IEnumerable<ConvGeometry> shapes, int n, double times, double? sparseShare = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var g in shapes)
        {
            foreach (var level in SimdLevels.Supported)
            {
                var one = Run<T>(g, n, level, 1, new Random(3), Rectifier.None, times, sparseShare);
                var three = Run<T>(g, n, level, 3, new Random(3), Rectifier.None, times, sparseShare);
                Assert.Equal(one, three);
            }
        }
    }

    private static void Check<T>(int seed, int shapes)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var number = 0;
        foreach (var g in ConvolutionCases.All(seed, shapes))
        {
            foreach (var level in SimdLevels.Supported)
            {
                foreach (var n in new[] { 1, 19 })
                {
                    var rectifier = (Rectifier)(number++ % 3);
                    var one = Run<T>(g, n, level, 1, new Random(number), rectifier);
                    Assert.Equal(one, Run<T>(g, n, level, 2, new Random(number), rectifier));
                    Assert.Equal(one, Run<T>(g, n, level, 3, new Random(number), rectifier));
                }
            }
        }
    }

    /// <summary>All three passes against the reference; returns everything that was computed. With a share, so many numbers of the
    /// output's gradient are not zero, and the gradients are sums over these.</summary>
    private static double[] Run<T>(
        ConvGeometry g, int n, SimdLevel level, int threads, Random random, Rectifier rectifier, double times = 1, double? sparseShare = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (inner, outer) = (g.InChannels * g.Height * g.Width, g.OutChannels * g.OutHeight * g.OutWidth);
        var x = KernelBench.Numbers(random, n * inner);
        var w = KernelBench.Numbers(random, g.WeightCount);
        var bias = random.Next(3) == 0 ? null : KernelBench.Numbers(random, g.OutChannels);
        var dy = KernelBench.Numbers(random, n * outer);
        if (sparseShare is { } share)
            dy = [.. dy.Select(number => random.NextDouble() < share ? number : 0)];

        var kernels = KernelSet<T>.For(level);
        var (lanes, blocks) = (kernels.Lanes, (n + kernels.Lanes - 1) / kernels.Lanes);
        var pool = KernelBench.Pool(threads);
        using var convolution = kernels.Convolution(g, blocks, pool, method: sparseShare is null ? null : ConvolutionMethod.Sparse);
        using var bx = KernelBench.Blocked<T>(x, n, inner, lanes);
        using var bdy = KernelBench.Blocked<T>(dy, n, outer, lanes);
        using var bw = KernelBench.Flat<T>(w);
        using var bb = KernelBench.Flat<T>(bias ?? []);
        using var y = KernelBench.Blocked<T>(n, outer, lanes);
        using var dx = KernelBench.Blocked<T>(n, inner, lanes);
        using var dw = KernelBench.Blocked<T>(1, g.WeightCount, 1);
        using var db = KernelBench.Blocked<T>(1, g.OutChannels, 1);

        convolution.Forward(bx.Pointer, bw.Pointer, bias is null ? null : bb.Pointer, y.Pointer, blocks, rectifier);
        convolution.BackwardData(bdy.Pointer, bw.Pointer, dx.Pointer, blocks);
        convolution.BackwardWeights(bx.Pointer, bdy.Pointer, dw.Pointer, db.Pointer, blocks);

        var what = $"{g}, {n} images, {level}, {threads} threads";
        if (threads == 1)
        {
            var sums = Reference.Convolution(g, x, w, bias, n, Rectifier.None);
            KernelBench.AssertClose<T>(Reference.Clamp(sums, rectifier), KernelBench.Unblocked(y, n, outer, lanes), "y " + what, times, sums);
            KernelBench.AssertClose<T>(Reference.ConvolutionData(g, dy, w, n), KernelBench.Unblocked(dx, n, inner, lanes), "dx " + what, times);
            var (weights, biases) = Reference.ConvolutionWeights(g, x, dy, n);
            KernelBench.AssertClose<T>(weights, KernelBench.Flat(dw), "dw " + what, times);
            KernelBench.AssertClose<T>(biases, KernelBench.Flat(db), "db " + what, times);
        }

        return [.. KernelBench.Flat(y), .. KernelBench.Flat(dx), .. KernelBench.Flat(dw), .. KernelBench.Flat(db)];
    }
}
