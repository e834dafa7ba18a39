using MLNetExtensions.Benchmarks.Peers;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>How comparisons are measured.</summary>
/// <param name="Rounds">Alternating rounds: ours, theirs, ours, theirs …</param>
/// <param name="Seconds">The length of a side's part of a round.</param>
/// <param name="Threads">Our threads, and the most of theirs.</param>
internal sealed record ComparisonOptions(int Rounds, double Seconds, int Threads);

/// <summary>Measures comparisons, one side at a time.</summary>
internal sealed class ComparisonRun(ComparisonOptions options)
{
    /// <summary>The just-in-time compiler is done when a side no longer gets faster by this share.</summary>
    private const double Settled = 0.02;

    private const int MinWarmUps = 3, MaxWarmUps = 10;

    /// <summary>Idle threads of a library spin for a while before they sleep; until then they would slow down the other
    /// side.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    /// <exception cref="LibraryMissingException">What the comparison is with is not installed, or does not run here.</exception>
    /// <exception cref="InvalidOperationException">It failed, or computes something else.</exception>
    public ComparisonResult Measure(Comparison comparison)
    {
        (IContender ours, IReadOnlyList<IContender> candidates) = comparison.Open(options.Threads);
        try
        {
            WarmUp(ours);
            IContender theirs = candidates.MaxBy(WarmUp)!;
            List<Round> rounds = [];
            for (int i = 0; i < options.Rounds; i++)
                rounds.Add(new(Measure(ours, options.Seconds), Measure(theirs, options.Seconds)));
            return new(comparison, ours.Name, theirs.Name, rounds);
        }
        finally
        {
            foreach (IContender contender in (IContender[])[ours, .. candidates])
                contender.Dispose();
        }
    }

    private static double Measure(IContender contender, double seconds)
    {
        Thread.Sleep(Rest);
        return contender.Measure(seconds);
    }

    /// <summary>Lets it work until it no longer gets faster; returns the most work per second.</summary>
    private double WarmUp(IContender contender)
    {
        double best = 0;
        for (int i = 1; i <= MaxWarmUps; i++)
        {
            double now = Measure(contender, options.Seconds / 2);
            bool settled = i >= MinWarmUps && now < best * (1 + Settled);
            best = Math.Max(best, now);
            if (settled)
                break;
        }
        return best;
    }
}
