namespace MLNetExtensions.Networks.Training;

/// <summary>A loss as a metric, where it is another one than what is minimised.</summary>
internal sealed record LossMetric(Loss Loss, string Quantity) : MeanMetric
{
    /// <inheritdoc/>
    public override string Name => Quantity;

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override double InUnit(double value, double unit) => Loss.InUnit(value, unit);

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate(in OutputBatch<float> batch) => Loss.Accumulate(batch);
}
