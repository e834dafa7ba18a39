namespace MLNetExtensions.Networks.Training;

/// <summary>A metric of one output of a network that is trained by a <see cref="CompositeLoss"/>.</summary>
internal sealed record OutputMetric(CompositeLoss Loss, string Output, TrainingMetric Metric) : TrainingMetric
{
    /// <inheritdoc/>
    public override string Name => $"{Output} {Metric.Name}";

    /// <inheritdoc/>
    public override bool HigherIsBetter => Metric.HigherIsBetter;

    /// <inheritdoc/>
    public override double InUnit(double mean, double unit) => Metric.InUnit(mean, unit);

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate(in OutputBatch<float> batch) =>
        Metric.Accumulate(Loss.Select(batch, Output));
}
