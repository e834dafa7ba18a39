namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>A comparison that could not be made here, and why.</summary>
internal sealed record SkippedComparison(Comparison Comparison, string Reason);
