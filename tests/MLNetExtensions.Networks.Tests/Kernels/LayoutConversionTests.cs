using System.Numerics;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

[Collection(nameof(KernelBench))]
public unsafe class LayoutConversionTests
{
    [Fact]
    public void Single_goes_there_and_back() => Check<float>();

    [Fact]
    public void Double_goes_there_and_back() => Check<double>();

    private static void Check<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var (level, threads) in KernelBench.Settings())
        {
            var kernels = KernelSet<T>.For(level);
            var pool = KernelBench.Pool(threads);
            var layout = kernels.Layout(pool);
            foreach (var (count, features) in new[] { (1, 1), (1, 50), (16, 16), (3, 5), (17, 33), (40, 100) })
            {
                var values = KernelBench.Numbers(new Random(9), count * features).Select(v => double.CreateTruncating(T.CreateTruncating(v))).ToArray();
                var padded = (count + kernels.Lanes - 1) / kernels.Lanes * kernels.Lanes;
                var expected = values.Concat(new double[(padded - count) * features]).ToArray();
                using var rows = KernelBench.Flat<T>(values);
                using var blocked = KernelBench.Blocked<T>(count, features, kernels.Lanes);
                using var back = KernelBench.Blocked<T>(1, count * features, 1);

                layout.ToBatchLane(rows.Pointer, features, count, features, blocked.Pointer);
                Assert.Equal(expected, KernelBench.Unblocked(blocked, padded, features, kernels.Lanes));
                layout.FromBatchLane(blocked.Pointer, count, features, back.Pointer, features);
                Assert.Equal(values, KernelBench.Flat(back));

                // An image with that many channels has the same layout.
                blocked.Span.Fill(T.One);
                back.Span.Fill(T.One);
                layout.ToChannelLane(rows.Pointer, count, features, blocked.Pointer);
                Assert.Equal(expected, KernelBench.Unblocked(blocked, padded, features, kernels.Lanes));
                layout.FromChannelLane(blocked.Pointer, count, features, back.Pointer);
                Assert.Equal(values, KernelBench.Flat(back));
            }
        }
    }
}
