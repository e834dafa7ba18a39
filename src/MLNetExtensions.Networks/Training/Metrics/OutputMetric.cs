namespace MLNetExtensions.Networks.Training;

/// <summary>A metric of one output of a network that is trained by a <see cref="CompositeLoss"/>.</summary>
internal sealed record OutputMetric(CompositeLoss Loss, string Output, TrainingMetric Metric) : TrainingMetric
{
    /// <inheritdoc/>
    public override string Name => $"{Output} {Metric.Name}";

    /// <inheritdoc/>
    public override bool HigherIsBetter => Metric.HigherIsBetter;

    /// <inheritdoc/>
    public override double InUnit(double value, double unit) => Metric.InUnit(value, unit);

    /// <inheritdoc/>
    public override RunningMetric Start(RowLayout outputs) => new Running(this, Metric.Start(outputs.Of(Output)));

    private sealed class Running(OutputMetric metric, RunningMetric part) : RunningMetric
    {
        public override double? Value => part.Value;

        public override void Reset() => part.Reset();

        public override void Add(in OutputBatch<float> batch) => part.Add(metric.Loss.Select(batch, metric.Output));
    }
}
