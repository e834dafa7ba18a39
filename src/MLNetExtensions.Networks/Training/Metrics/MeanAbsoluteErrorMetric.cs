namespace MLNetExtensions.Networks.Training;

/// <summary>The mean of |output − target|, in units of the target.</summary>
public sealed record MeanAbsoluteErrorMetric : TrainingMetric
{
    private static readonly L1Loss Error = new();

    /// <inheritdoc/>
    public override string Name => "mean absolute error";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override double InUnit(double mean, double unit) => unit * mean;

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate(in OutputBatch<float> batch) => Error.Accumulate(batch);
}
