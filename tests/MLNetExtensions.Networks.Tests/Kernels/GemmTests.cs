using System.Numerics;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Networks.Tests.Kernels;

[Collection(nameof(KernelBench))]
public unsafe class GemmTests
{
    private static readonly (int M, int N, int K)[] Shapes =
        [(1, 1, 1), (6, 64, 256), (7, 65, 257), (100, 33, 300), (193, 1030, 5), (5, 3, 0), (13, 70, 513)];

    [Fact]
    public void Single_matches_the_definition() => Check<float>();

    [Fact]
    public void Double_matches_the_definition() => Check<double>();

    private static void Check<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var round = 0;
        foreach (var (level, threads) in KernelBench.Settings())
        {
            var pool = KernelBench.Pool(threads);
            using var gemm = KernelSet<T>.For(level).Gemm(pool);
            foreach (var (m, n, k) in Shapes)
            {
                round++;
                Run<T>(gemm, m, n, k, round % 2 == 0, round / 2 % 2 == 0, (round % 3) switch { 0 => 0, 1 => 1, _ => -0.5 }, $"{m}x{n}x{k} {level} {threads} threads");
            }
        }
    }

    private static void Run<T>(Gemm<T> gemm, int m, int n, int k, bool transposeA, bool transposeB, double beta, string what)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const double alpha = 1.5;
        var random = new Random(m + n + k);
        var (a, b) = (new double[m, k], new double[k, n]);
        var (lda, ldb, ldc) = ((transposeA ? m : k) + 3, (transposeB ? k : n) + 1, n + 2);
        using var na = new NativeBuffer<T>((transposeA ? k : m) * lda);
        using var nb = new NativeBuffer<T>((transposeB ? n : k) * ldb);
        using var nc = new NativeBuffer<T>(m * ldc);
        for (var i = 0; i < m; i++)
        for (var p = 0; p < k; p++)
        {
            a[i, p] = random.NextDouble() - 0.5;
            na.Span[transposeA ? p * lda + i : i * lda + p] = T.CreateTruncating(a[i, p]);
        }

        for (var p = 0; p < k; p++)
        for (var j = 0; j < n; j++)
        {
            b[p, j] = random.NextDouble() - 0.5;
            nb.Span[transposeB ? j * ldb + p : p * ldb + j] = T.CreateTruncating(b[p, j]);
        }

        var expected = new double[m * ldc];
        var product = Reference.Multiply(a, b);
        for (var i = 0; i < expected.Length; i++)
        {
            // Between the rows of C lies what belongs to nobody here; with β = 0 C need not hold numbers.
            var (row, column) = Math.DivRem(i, ldc);
            nc.Span[i] = T.CreateTruncating(column >= n ? 77 : beta == 0 ? double.NaN : i % 7);
            expected[i] = column >= n ? 77 : alpha * product[row * n + column] + (beta == 0 ? 0 : beta * (i % 7));
        }

        gemm.Multiply(
            transposeA, transposeB, m, n, k, T.CreateTruncating(alpha), na.Pointer, lda, nb.Pointer, ldb, T.CreateTruncating(beta), nc.Pointer, ldc);
        KernelBench.AssertClose<T>(expected, KernelBench.Flat(nc), what);
    }
}
