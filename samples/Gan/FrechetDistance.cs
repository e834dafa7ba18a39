using MathNet.Numerics.LinearAlgebra;

namespace Samples.Gan;

/// <summary>The Fréchet distance of two sets of features, each taken to be normally distributed: |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ −
/// 2(Σ₁Σ₂)^½) (Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium", 2017; there of
/// Inception's features).</summary>
internal static class FrechetDistance
{
    /// <summary>The distance of two sets of as many features each, a row an example.</summary>
    public static double Of(IReadOnlyList<double[]> first, IReadOnlyList<double[]> second)
    {
        (Vector<double> firstMean, Matrix<double> firstSpread) = Moments(first);
        (Vector<double> secondMean, Matrix<double> secondSpread) = Moments(second);
        // (Σ₁Σ₂)^½ has the trace of (Σ₁^½ Σ₂ Σ₁^½)^½, which is symmetric.
        Matrix<double> root = Root(firstSpread);
        double crossing = Root(root * secondSpread * root).Trace();
        return (firstMean - secondMean).DotProduct(firstMean - secondMean)
            + firstSpread.Trace() + secondSpread.Trace() - 2 * crossing;
    }

    private static (Vector<double> Mean, Matrix<double> Covariance) Moments(IReadOnlyList<double[]> rows)
    {
        Matrix<double> values = Matrix<double>.Build.DenseOfRowArrays(rows);
        Vector<double> mean = values.ColumnSums() / rows.Count;
        Matrix<double> centred = Matrix<double>.Build.DenseOfRowVectors(values.EnumerateRows().Select(row => row - mean));
        return (mean, centred.TransposeThisAndMultiply(centred) / (rows.Count - 1));
    }

    private static Matrix<double> Root(Matrix<double> symmetric)
    {
        var found = symmetric.Evd(Symmetricity.Symmetric);
        // Rounding makes eigenvalues of 0 a little negative.
        Vector<double> roots = found.EigenValues.Map(value => Math.Sqrt(Math.Max(value.Real, 0)));
        return found.EigenVectors * Matrix<double>.Build.DiagonalOfDiagonalVector(roots) * found.EigenVectors.Transpose();
    }
}
