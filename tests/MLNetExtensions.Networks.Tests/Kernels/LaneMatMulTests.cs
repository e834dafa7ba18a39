using System.Numerics;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

[Collection(nameof(KernelBench))]
public unsafe class LaneMatMulTests
{
    [Fact]
    public void Single_matches_the_definition_at_every_width_and_any_number_of_threads() => Check<float>();

    [Fact]
    public void Double_matches_the_definition_at_every_width_and_any_number_of_threads() => Check<double>();

    private static void Check<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int seed = 0;
        foreach ((int m, int k, int n) in new[] { (1, 1, 1), (7, 9, 6), (6, 33, 4), (13, 2, 11), (40, 41, 42) })
        {
            foreach ((SimdLevel level, int threads) in KernelBench.Settings())
                Check<T>(m, k, n, level, threads, new Random(++seed));
        }
    }

    /// <summary>The product of each lane's matrices, three of them, and its gradients.</summary>
    private static void Check<T>(int m, int k, int n, SimdLevel level, int threads, Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Matrices = 3;
        KernelSet<T> kernels = KernelSet<T>.For(level);
        int lanes = kernels.Lanes;
        double[] a = KernelBench.Numbers(random, lanes * Matrices * m * k), b = KernelBench.Numbers(random, lanes * Matrices * k * n);
        double[] dc = KernelBench.Numbers(random, lanes * Matrices * m * n);
        using NativeBuffer<T> blockedA = KernelBench.Blocked<T>(a, lanes, Matrices * m * k, lanes);
        using NativeBuffer<T> blockedB = KernelBench.Blocked<T>(b, lanes, Matrices * k * n, lanes);
        using NativeBuffer<T> blockedGradient = KernelBench.Blocked<T>(dc, lanes, Matrices * m * n, lanes);
        Equal(LaneMatMulShape.Product(m, k, n), blockedA, blockedB, (x, y, _) => x * y, m * n);
        Equal(LaneMatMulShape.FirstGradient(m, k, n), blockedGradient, blockedB, (_, y, z) => z * Transposed(y), m * k);
        Equal(LaneMatMulShape.SecondGradient(m, k, n), blockedA, blockedGradient, (x, _, z) => Transposed(x) * z, k * n);

        void Equal(
            LaneMatMulShape shape, NativeBuffer<T> first, NativeBuffer<T> second, Func<Matrix, Matrix, Matrix, Matrix> definition,
            int size)
        {
            using LaneMatMul<T> kernel = kernels.LaneMatMul(shape, KernelBench.Pool(threads));
            using NativeBuffer<T> product = KernelBench.Blocked<T>(lanes, Matrices * size, lanes);
            kernel.Run(first.Pointer, second.Pointer, product.Pointer, Matrices);
            double[] expected = [.. Enumerable.Range(0, lanes * Matrices)
                .SelectMany(i => definition(Part(a, i, m, k), Part(b, i, k, n), Part(dc, i, m, n)).Values)];
            KernelBench.AssertClose<T>(
                expected, KernelBench.Unblocked(product, lanes, Matrices * size, lanes), $"{shape}, {level}, {threads} threads");
        }
    }

    private static Matrix Part(double[] values, int index, int rows, int columns) =>
        new(rows, columns, values[(index * rows * columns)..((index + 1) * rows * columns)]);

    private static Matrix Transposed(Matrix x) => new(
        x.Columns, x.Rows, [.. Enumerable.Range(0, x.Rows * x.Columns).Select(i => x.Values[i % x.Rows * x.Columns + i / x.Rows])]);

    private sealed record Matrix(int Rows, int Columns, double[] Values)
    {
        public static Matrix operator *(Matrix x, Matrix y) => new(
            x.Rows, y.Columns,
            [.. Enumerable.Range(0, x.Rows * y.Columns).Select(i => Enumerable.Range(0, x.Columns)
                .Sum(p => x.Values[i / y.Columns * x.Columns + p] * y.Values[p * y.Columns + i % y.Columns]))]);
    }
}
