namespace MLNetExtensions.Reporting.Evaluation;

/// <summary>A score and what was true.</summary>
/// <param name="Score">Higher for what is more likely positive.</param>
/// <param name="IsPositive">Whether the example is positive.</param>
/// <param name="Weight">What the example counts.</param>
internal readonly record struct ScoredExample(float Score, bool IsPositive, double Weight = 1);
