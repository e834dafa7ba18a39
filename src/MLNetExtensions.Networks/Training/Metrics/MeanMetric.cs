namespace MLNetExtensions.Networks.Training;

/// <summary>A metric that is a weighted mean over the examples.</summary>
public abstract record MeanMetric : TrainingMetric
{
    /// <summary>Adds up the metric of a batch.</summary>
    /// <returns>The weighted sum and the sum of weights that it is to be divided by.</returns>
    public abstract (double Sum, double Weight) Accumulate(in OutputBatch<float> batch);

    /// <inheritdoc/>
    public sealed override RunningMetric Start(RowLayout outputs) => new Running(this);

    private sealed class Running(MeanMetric metric) : RunningMetric
    {
        private double _sum, _weight;

        public override double? Value => _weight > 0 ? _sum / _weight : null;

        public override void Reset() => (_sum, _weight) = (0, 0);

        public override void Add(in OutputBatch<float> batch)
        {
            (double sum, double weight) = metric.Accumulate(batch);
            (_sum, _weight) = (_sum + sum, _weight + weight);
        }
    }
}
