using System.Numerics;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

[Collection(nameof(KernelBench))]
public unsafe class ChannelConvolutionTests
{
    [Fact]
    public void Single_matches_the_definition_at_every_width_and_any_number_of_threads() => Check<float>(ConvolutionCases.All(seed: 4, count: 40));

    [Fact]
    public void Double_matches_the_definition_at_every_width_and_any_number_of_threads() => Check<double>(ConvolutionCases.All(seed: 5, count: 40));

    [Fact]
    public void Large_shapes_that_are_cut_into_bands_and_parts_match() => Check<float>(
    [
        new(64, 28, 31, 80, 5, 3, PadH: 2, PadW: 1),
        new(256, 7, 7, 256, 3, 3, PadH: 1, PadW: 1),
        new(3, 64, 64, 64, 11, 11, StrideH: 4, StrideW: 4, PadH: 2, PadW: 2),
    ]);

    [Fact]
    public void Winograd_matches_the_definition_with_tiles_cut_off_and_any_padding()
    {
        ConvGeometry[] shapes =
        [
            new(32, 12, 12, 32, 3, 3, PadH: 1, PadW: 1),
            new(33, 14, 15, 35, 3, 3),
            new(40, 13, 12, 70, 3, 3, PadH: 2, PadW: 3),
            new(64, 30, 31, 48, 3, 3, PadH: 1, PadW: 1),
        ];
        Assert.All(shapes, g => Assert.Equal(ConvolutionMethod.Winograd, ConvolutionMethods<float, float, SimdScalar<float>>.OneImage(g, planarInput: false)));
        Check<float>(shapes, times: 5);
        Check<double>(shapes, times: 5);
    }

    [Fact]
    public void Winograd_cuts_many_tiles_into_bands() => Check<float>([new(160, 52, 61, 160, 3, 3, PadH: 1, PadW: 1)], times: 5, SimdLevels.Best);

    private static void Check<T>(IEnumerable<ConvGeometry> shapes, double times = 1, SimdLevel? only = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var seed = 0;
        foreach (var g in shapes)
        {
            var random = new Random(++seed);
            var x = KernelBench.Numbers(random, g.InChannels * g.Height * g.Width);
            var w = KernelBench.Numbers(random, g.WeightCount);
            var bias = random.Next(3) == 0 ? null : KernelBench.Numbers(random, g.OutChannels);
            var rectifier = (Rectifier)(seed % 3);
            var sums = Reference.Convolution(g, x, w, bias, 1, Rectifier.None);
            foreach (var level in SimdLevels.Supported.Where(level => only is null || level == only))
            {
                double[]? one = null;
                foreach (var threads in new[] { 1, 2, 3 })
                {
                    var (y, added) = Run<T>(g, level, threads, x, w, bias, rectifier);
                    KernelBench.AssertClose<T>(Reference.Clamp(sums, rectifier), y, $"{g}, {level}, {threads} threads", times, sums);
                    if (added is not null)
                        KernelBench.AssertClose<T>(Reference.Clamp([.. sums.Zip(y, (sum, first) => sum + first)], rectifier), added, $"{g}, {level}, {threads} threads, added", 2 * times, sums);
                    one ??= y;
                    Assert.Equal(one, y);
                }
            }
        }
    }

    private static (double[] Results, double[]? Added) Run<T>(ConvGeometry g, SimdLevel level, int threads, double[] x, double[] w, double[]? bias, Rectifier rectifier)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var kernels = KernelSet<T>.For(level);
        var plane = g.OutHeight * g.OutWidth;
        var pool = KernelBench.Pool(threads);
        using var convolution = kernels.ChannelConvolution(g, pool);
        using var bx = KernelBench.Blocked<T>(x, g.InChannels, g.Height * g.Width, kernels.Lanes);
        using var bw = KernelBench.Flat<T>(w);
        using var bb = KernelBench.Flat<T>(bias ?? []);
        using var y = KernelBench.Blocked<T>(g.OutChannels, plane, kernels.Lanes);
        convolution.SetWeights(bw.Pointer, bias is null ? null : bb.Pointer);
        convolution.Forward(bx.Pointer, y.Pointer, rectifier);
        var results = Unpadded();
        if (!convolution.CanAdd)
            return (results, null);
        convolution.Adds = true;
        convolution.Forward(bx.Pointer, y.Pointer, rectifier);
        return (results, Unpadded());

        double[] Unpadded()
        {
            var padded = KernelBench.Unblocked(y, (int)(y.Length / plane), plane, kernels.Lanes);
            Assert.All(padded.Skip(g.OutChannels * plane), value => Assert.Equal(0, value));
            return padded[..(g.OutChannels * plane)];
        }
    }
}
