namespace MLNetExtensions.Networks.Training;

/// <summary>The root of the mean of (output − target)², in units of the target.</summary>
public sealed record RootMeanSquaredErrorMetric : TrainingMetric
{
    private static readonly MeanSquaredErrorLoss Error = new();

    /// <inheritdoc/>
    public override string Name => "root mean squared error";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override RunningMetric Start(RowLayout outputs) => new Running();

    /// <inheritdoc/>
    public override double InUnit(double value, double unit) => unit * value;

    private sealed class Running : RunningMetric
    {
        private double _sum, _weight;

        public override double? Value => _weight > 0 ? Math.Sqrt(_sum / _weight) : null;

        public override void Reset() => (_sum, _weight) = (0, 0);

        public override void Add(in OutputBatch<float> batch)
        {
            (double sum, double weight) = Error.Accumulate(batch);
            (_sum, _weight) = (_sum + sum, _weight + weight);
        }
    }
}
