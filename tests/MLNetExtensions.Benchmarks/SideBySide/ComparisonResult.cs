namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>What was measured in one round.</summary>
/// <param name="Ours">Our work per second.</param>
/// <param name="Theirs">Theirs.</param>
internal readonly record struct Round(double Ours, double Theirs)
{
    public double Ratio => Ours / Theirs;
}

/// <summary>A comparison with its rounds.</summary>
internal sealed record ComparisonResult(Comparison Comparison, string OurName, string TheirName, IReadOnlyList<Round> Rounds)
{
    public double Median => MedianOf(round => round.Ratio);

    public double Min => Rounds.Min(round => round.Ratio);

    public double Max => Rounds.Max(round => round.Ratio);

    public bool ReachesTarget => Median >= Comparison.Target;

    public double MedianOf(Func<Round, double> value)
    {
        double[] sorted = [.. Rounds.Select(value).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
