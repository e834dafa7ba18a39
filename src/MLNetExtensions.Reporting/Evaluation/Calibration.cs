namespace MLNetExtensions.Reporting.Evaluation;

/// <summary>Whether probabilities are what they say: the reliability diagram (Niculescu-Mizil and Caruana 2005).</summary>
internal static class Calibration
{
    private const int Bins = 10;

    /// <summary>For each tenth of probabilities with examples in it: the mean probability against the share of
    /// positives.</summary>
    public static IReadOnlyList<(double X, double Y)> Curve(IReadOnlyList<ScoredExample> examples) =>
        [.. Filled(examples).Select(bin => (bin.Probability, bin.Share))];

    /// <summary>The expected calibration error (Guo et al. 2017): the mean distance of both, weighted by the examples of a
    /// bin.</summary>
    public static double Error(IReadOnlyList<ScoredExample> examples)
    {
        double total = examples.Sum(example => example.Weight);
        return total == 0 ? double.NaN : Filled(examples).Sum(bin => bin.Weight * Math.Abs(bin.Probability - bin.Share)) / total;
    }

    private static IEnumerable<(double Probability, double Share, double Weight)> Filled(IReadOnlyList<ScoredExample> examples) =>
        examples.GroupBy(example => Math.Clamp((int)(example.Score * Bins), 0, Bins - 1)).OrderBy(bin => bin.Key)
            .Select(bin => (Weight: bin.Sum(example => example.Weight), Examples: bin))
            .Where(bin => bin.Weight > 0)
            .Select(bin => (
                bin.Examples.Sum(example => example.Weight * example.Score) / bin.Weight,
                bin.Examples.Where(example => example.IsPositive).Sum(example => example.Weight) / bin.Weight,
                bin.Weight));
}
