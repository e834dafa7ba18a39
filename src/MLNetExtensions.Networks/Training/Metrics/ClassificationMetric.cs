using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A metric of the counts of right and wrong predictions. The targets are class indices, or 0 and 1 for each output; of one
/// output it is that of the positive class, predicted by a logit above 0. What is divided by 0 is 0, as in ML.NET's evaluators.
/// </summary>
/// <param name="Average">How several classes make one number.</param>
public abstract record ClassificationMetric(MetricAverage Average) : TrainingMetric
{
    /// <inheritdoc/>
    public sealed override string Name => Average == MetricAverage.Macro ? Quantity : $"micro {Quantity}";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <summary>The name without the average.</summary>
    private protected abstract string Quantity { get; }

    /// <inheritdoc/>
    public sealed override RunningMetric Start(RowLayout outputs) => new Running(this, outputs.Size);

    /// <summary>The metric of a class, or of all together.</summary>
    private protected abstract double Of(double truePositives, double falsePositives, double falseNegatives);

    /// <summary>A share, 0 of nothing.</summary>
    private protected static double Share(double part, double whole) => whole > 0 ? part / whole : 0;

    private sealed class Running(ClassificationMetric metric, int classes) : RunningMetric
    {
        private readonly double[] _truePositives = new double[classes];
        private readonly double[] _falsePositives = new double[classes];
        private readonly double[] _falseNegatives = new double[classes];
        private double _weight;

        public override double? Value
        {
            get
            {
                if (_weight == 0)
                    return null;
                if (metric.Average == MetricAverage.Micro)
                    return metric.Of(_truePositives.Sum(), _falsePositives.Sum(), _falseNegatives.Sum());
                double[] found = [.. Enumerable.Range(0, classes)
                    .Where(i => _truePositives[i] + _falsePositives[i] + _falseNegatives[i] > 0)
                    .Select(i => metric.Of(_truePositives[i], _falsePositives[i], _falseNegatives[i]))];
                return found.Length == 0 ? 0 : found.Average();
            }
        }

        public override void Reset()
        {
            Array.Clear(_truePositives);
            Array.Clear(_falsePositives);
            Array.Clear(_falseNegatives);
            _weight = 0;
        }

        public override void Add(in OutputBatch<float> batch)
        {
            bool hasClassIndices = batch.HasClassIndices;
            for (int row = 0; row < batch.Count; row++)
            {
                double weight = batch.Weight(row);
                _weight += weight;
                if (hasClassIndices)
                    AddClass((int)batch.Targets(row)[0], batch.Outputs(row), weight);
                else
                    AddEach(batch.Targets(row), batch.Outputs(row), weight);
            }
        }

        private void AddClass(int label, ReadOnlySpan<float> outputs, double weight)
        {
            int predicted = TensorPrimitives.IndexOfMax(outputs);
            if (predicted == label)
            {
                _truePositives[label] += weight;
                return;
            }
            _falsePositives[predicted] += weight;
            _falseNegatives[label] += weight;
        }

        private void AddEach(ReadOnlySpan<float> targets, ReadOnlySpan<float> outputs, double weight)
        {
            for (int i = 0; i < outputs.Length; i++)
            {
                (bool isPositive, bool predicted) = (targets[i] > 0.5f, outputs[i] > 0);
                if (isPositive && predicted)
                    _truePositives[i] += weight;
                else if (isPositive)
                    _falseNegatives[i] += weight;
                else if (predicted)
                    _falsePositives[i] += weight;
            }
        }
    }
}
