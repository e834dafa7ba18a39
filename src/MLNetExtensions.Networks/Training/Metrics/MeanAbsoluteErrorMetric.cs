namespace MLNetExtensions.Networks.Training;

/// <summary>The mean of |output − target|, in units of the target.</summary>
public sealed record MeanAbsoluteErrorMetric : MeanMetric
{
    private static readonly L1Loss Error = new();

    /// <inheritdoc/>
    public override string Name => "mean absolute error";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override double InUnit(double value, double unit) => unit * value;

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate(in OutputBatch<float> batch) => Error.Accumulate(batch);
}
