using System.Numerics;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

/// <summary>Runs a check at every vector width, element type and number of threads, and carries numbers in and out of the blocked layouts.</summary>
internal static class KernelBench
{
    private static readonly WorkerPool[] Pools = [.. Enumerable.Range(1, 3).Select(threads => new WorkerPool(threads))];

    /// <summary>Every width that runs here, with 1, 2 and 3 threads.</summary>
    public static IEnumerable<(SimdLevel Level, int Threads)> Settings() =>
        from level in SimdLevels.Supported
        from threads in new[] { 1, 2, 3 }
        select (level, threads);

    /// <summary>
    /// A pool of 1 to 3 threads, kept for all tests: starting and stopping threads would take most of their time. They form one collection, so that no two use
    /// it at once (a pool that is busy leaves the work to its caller).
    /// </summary>
    public static WorkerPool Pool(int threads) => Pools[threads - 1];

    public static double[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 2 - 1)];

    /// <summary>Relative to the largest expected value: 1e-5 in single, 1e-12 in double precision, or a multiple of that. Values that are clamped were rounded
    /// as large as they were before, <paramref name="unclamped"/>.</summary>
    public static void AssertClose<T>(double[] expected, double[] actual, string what, double times = 1, double[]? unclamped = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1, (unclamped ?? expected).Select(Math.Abs).DefaultIfEmpty(0).Max());
        var tolerance = times * scale * (typeof(T) == typeof(float) ? 1e-5 : 1e-12);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{what}: [{i}] is {actual[i]}, expected {expected[i]}");
        }
    }

    public static NativeBuffer<T> Flat<T>(double[] values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var buffer = new NativeBuffer<T>(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            buffer.Span[i] = T.CreateTruncating(values[i]);
        }

        return buffer;
    }

    public static double[] Flat<T>(NativeBuffer<T> buffer)
        where T : unmanaged, IFloatingPointIeee754<T> => [.. buffer.Span.ToArray().Select(double.CreateTruncating)];

    /// <summary>[outer][channels][inner] to [outer][ceil(channels / lanes)][inner][lanes]. Batch-lane is outer 1 with images as channels.</summary>
    public static NativeBuffer<T> Blocked<T>(double[] values, int channels, int inner, int lanes)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var buffer = new NativeBuffer<T>((channels + lanes - 1) / lanes * lanes * inner);
        for (var i = 0; i < values.Length; i++)
        {
            buffer.Span[Place(i, inner, lanes)] = T.CreateTruncating(values[i]);
        }

        return buffer;
    }

    public static NativeBuffer<T> Blocked<T>(int channels, int inner, int lanes)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var buffer = new NativeBuffer<T>((channels + lanes - 1) / lanes * lanes * inner);
        buffer.Span.Fill(T.CreateTruncating(12345)); // a result that is not written shows
        return buffer;
    }

    public static double[] Unblocked<T>(NativeBuffer<T> buffer, int channels, int inner, int lanes)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var values = new double[channels * inner];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = double.CreateTruncating(buffer.Span[Place(i, inner, lanes)]);
        }

        return values;
    }

    private static int Place(int i, int inner, int lanes)
    {
        var (channel, pixel) = Math.DivRem(i, inner);
        return (channel / lanes * inner + pixel) * lanes + channel % lanes;
    }
}
