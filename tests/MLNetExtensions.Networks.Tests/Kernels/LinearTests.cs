using System.Numerics;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

[Collection(nameof(KernelBench))]
public unsafe class LinearTests
{
    private static readonly (int In, int Out)[] Shapes = [(1, 1), (8, 64), (64, 32), (32, 1), (7, 5), (33, 18), (131, 17), (400, 120), (129, 84)];

    [Fact]
    public void Batch_single_matches_the_definition_at_every_width_and_any_number_of_threads() => Check<float>();

    [Fact]
    public void Batch_double_matches_the_definition_at_every_width_and_any_number_of_threads() => Check<double>();

    [Fact]
    public void One_row_matches_the_definition_whatever_feature_map_it_flattens()
    {
        foreach (var level in SimdLevels.Supported)
        {
            foreach (var (channels, height, width, outputs) in new[]
            {
                (1, 1, 1, 1), (8, 1, 1, 64), (64, 1, 1, 32), (16, 5, 5, 120), (19, 2, 3, 33), (300, 1, 1, 70), (100, 7, 7, 130),
            })
            {
                OneRow<float>(channels, height, width, outputs, level);
                OneRow<double>(channels, height, width, outputs, level);
            }
        }
    }

    private static void Check<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = 0;
        foreach (var (inputs, outputs) in Shapes)
        {
            foreach (var level in SimdLevels.Supported)
            {
                foreach (var n in new[] { 1, 32, 45 })
                {
                    seed++;
                    var one = Run<T>(inputs, outputs, n, level, 1, new Random(seed));
                    Assert.Equal(one, Run<T>(inputs, outputs, n, level, 2, new Random(seed)));
                    Assert.Equal(one, Run<T>(inputs, outputs, n, level, 3, new Random(seed)));
                }
            }
        }
    }

    private static double[] Run<T>(int inputs, int outputs, int n, SimdLevel level, int threads, Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var g = new ConvGeometry(inputs, 1, 1, outputs, 1, 1); // a fully connected layer is a convolution of one pixel
        var x = KernelBench.Numbers(random, n * inputs);
        var w = KernelBench.Numbers(random, g.WeightCount);
        var bias = random.Next(3) == 0 ? null : KernelBench.Numbers(random, outputs);
        var dy = KernelBench.Numbers(random, n * outputs);
        var rectifier = (Rectifier)random.Next(3);

        var kernels = KernelSet<T>.For(level);
        var (lanes, blocks) = (kernels.Lanes, (n + kernels.Lanes - 1) / kernels.Lanes);
        var pool = KernelBench.Pool(threads);
        using var linear = kernels.Linear(inputs, outputs, blocks, pool);
        using var bx = KernelBench.Blocked<T>(x, n, inputs, lanes);
        using var bdy = KernelBench.Blocked<T>(dy, n, outputs, lanes);
        using var bw = KernelBench.Flat<T>(w);
        using var bb = KernelBench.Flat<T>(bias ?? []);
        using var y = KernelBench.Blocked<T>(n, outputs, lanes);
        using var dx = KernelBench.Blocked<T>(n, inputs, lanes);
        using var dw = KernelBench.Blocked<T>(1, g.WeightCount, 1);
        using var db = KernelBench.Blocked<T>(1, outputs, 1);

        linear.Forward(bx.Pointer, bw.Pointer, bias is null ? null : bb.Pointer, y.Pointer, blocks, rectifier);
        linear.BackwardData(bdy.Pointer, bw.Pointer, dx.Pointer, blocks);
        linear.BackwardWeights(bx.Pointer, bdy.Pointer, dw.Pointer, db.Pointer, blocks);

        var what = $"{inputs} to {outputs}, {n} rows, {level}, {threads} threads";
        KernelBench.AssertClose<T>(Reference.Convolution(g, x, w, bias, n, rectifier), KernelBench.Unblocked(y, n, outputs, lanes), "y " + what);
        KernelBench.AssertClose<T>(Reference.ConvolutionData(g, dy, w, n), KernelBench.Unblocked(dx, n, inputs, lanes), "dx " + what);
        var (weights, biases) = Reference.ConvolutionWeights(g, x, dy, n);
        KernelBench.AssertClose<T>(weights, KernelBench.Flat(dw), "dw " + what);
        KernelBench.AssertClose<T>(biases, KernelBench.Flat(db), "db " + what);
        return [.. KernelBench.Flat(y), .. KernelBench.Flat(dx), .. KernelBench.Flat(dw), .. KernelBench.Flat(db)];
    }

    private static void OneRow<T>(int channels, int height, int width, int outputs, SimdLevel level)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(channels + outputs);
        var inputs = channels * height * width;
        var x = KernelBench.Numbers(random, inputs);
        var w = KernelBench.Numbers(random, inputs * outputs);
        var bias = KernelBench.Numbers(random, outputs);
        var rectifier = (Rectifier)random.Next(3);
        var expected = Reference.Convolution(new ConvGeometry(inputs, 1, 1, outputs, 1, 1), x, w, bias, 1, rectifier);

        var kernels = KernelSet<T>.For(level);
        using var bx = KernelBench.Blocked<T>(x, channels, height * width, kernels.Lanes);
        using var bw = KernelBench.Flat<T>(w);
        using var bb = KernelBench.Flat<T>(bias);
        using var y = KernelBench.Blocked<T>(outputs, 1, kernels.Lanes);
        foreach (var threads in new[] { 1, 3 })
        {
            var pool = KernelBench.Pool(threads);
            using var linear = kernels.ChannelLinear(channels, height, width, outputs, pool);
            linear.SetWeights(bw.Pointer, bb.Pointer);
            linear.Forward(bx.Pointer, y.Pointer, rectifier);
            var padded = new double[y.Length];
            expected.CopyTo(padded, 0);
            KernelBench.AssertClose<T>(padded, KernelBench.Flat(y), $"{channels}x{height}x{width} to {outputs}, {level}, {threads} threads");
        }
    }
}
