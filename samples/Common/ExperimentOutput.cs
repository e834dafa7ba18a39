namespace Samples;

/// <summary>What an image experiment writes, and what it must reach.</summary>
/// <param name="ModelPath">Where the model is saved.</param>
/// <param name="TargetAccuracy">The accuracy below which the sample has failed.</param>
/// <param name="ReportPath">Where a report is written; nowhere when null.</param>
/// <param name="PicturePath">Where a picture of right and wrong predictions is written; nowhere when null.</param>
public sealed record ExperimentOutput(
    string ModelPath, double TargetAccuracy, string? ReportPath = null, string? PicturePath = null);
