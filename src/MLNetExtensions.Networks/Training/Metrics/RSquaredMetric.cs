namespace MLNetExtensions.Networks.Training;

/// <summary>The coefficient of determination R²: 1 − Σ(output − target)² / Σ(target − mean target)², at most 1; 0 for who always
/// says the mean. Of several outputs the mean. Null where all targets are the same.</summary>
public sealed record RSquaredMetric : TrainingMetric
{
    /// <inheritdoc/>
    public override string Name => "R2";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override RunningMetric Start(RowLayout outputs) => new Running(outputs.Size);

    private sealed class Running(int size) : RunningMetric
    {
        private readonly double[] _errors = new double[size], _means = new double[size], _deviations = new double[size];
        private double _weight;

        public override double? Value
        {
            get
            {
                double[] found = [.. Enumerable.Range(0, size)
                    .Where(i => _deviations[i] > 0).Select(i => 1 - _errors[i] / _deviations[i])];
                return found.Length == 0 ? null : found.Average();
            }
        }

        public override void Reset()
        {
            Array.Clear(_errors);
            Array.Clear(_means);
            Array.Clear(_deviations);
            _weight = 0;
        }

        public override void Add(in OutputBatch<float> batch)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                double weight = batch.Weight(row);
                if (weight == 0)
                    continue;
                _weight += weight;
                ReadOnlySpan<float> outputs = batch.Outputs(row), targets = batch.Targets(row);
                for (int i = 0; i < size; i++)
                {
                    double error = (double)outputs[i] - targets[i];
                    _errors[i] += weight * error * error;
                    // West's update, which keeps its digits where the mean is far from 0.
                    double before = targets[i] - _means[i];
                    _means[i] += before * weight / _weight;
                    _deviations[i] += weight * before * (targets[i] - _means[i]);
                }
            }
        }
    }
}
