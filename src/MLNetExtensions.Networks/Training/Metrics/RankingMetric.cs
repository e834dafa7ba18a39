using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A metric of how well the outputs rank the positive examples above the others. The targets are 0 and 1 for each output, ranked
/// by its logit, or class indices, of which each class is ranked against the rest by its probability; several are averaged, those
/// without positive or without negative examples left out. Keeps the outputs of all examples, in Single, until the end of an
/// epoch.
/// </summary>
public abstract record RankingMetric : TrainingMetric
{
    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public sealed override RunningMetric Start(RowLayout outputs) => new Running(this, outputs.Size);

    /// <summary>The metric of one ranking.</summary>
    /// <param name="groups">The weight of positive and negative examples of each score, the highest first.</param>
    /// <param name="positive">That of all positive examples, above 0.</param>
    /// <param name="negative">That of all negative examples, above 0.</param>
    private protected abstract double Of(
        IEnumerable<(double Positive, double Negative)> groups, double positive, double negative);

    private sealed class Running(RankingMetric metric, int classes) : RunningMetric
    {
        private readonly List<float> _scores = [], _targets = [], _weights = [];
        private readonly float[] _probabilities = new float[classes];
        private bool _hasClassIndices;

        public override double? Value
        {
            get
            {
                List<double> found = [];
                for (int i = 0; i < classes; i++)
                {
                    if (Of(i) is { } value)
                        found.Add(value);
                }
                return found.Count == 0 ? null : found.Average();
            }
        }

        public override void Reset()
        {
            _scores.Clear();
            _targets.Clear();
            _weights.Clear();
        }

        public override void Add(in OutputBatch<float> batch)
        {
            _hasClassIndices = batch.HasClassIndices;
            for (int row = 0; row < batch.Count; row++)
            {
                _weights.Add((float)batch.Weight(row));
                _targets.AddRange(batch.Targets(row));
                if (_hasClassIndices)
                {
                    // TensorPrimitives' softmax overflows from a logit of 88 on.
                    TensorPrimitives.Subtract(batch.Outputs(row), TensorPrimitives.Max(batch.Outputs(row)), _probabilities);
                    TensorPrimitives.SoftMax<float>(_probabilities, _probabilities);
                }
                _scores.AddRange(_hasClassIndices ? _probabilities : batch.Outputs(row));
            }
        }

        private double? Of(int output)
        {
            (double positive, double negative) = (0, 0);
            float[] scores = new float[_weights.Count];
            int[] rows = new int[_weights.Count];
            for (int row = 0; row < rows.Length; row++)
            {
                (rows[row], scores[row]) = (row, -_scores[row * classes + output]);
                if (IsPositive(row, output))
                    positive += _weights[row];
                else
                    negative += _weights[row];
            }
            if (positive == 0 || negative == 0)
                return null;
            Array.Sort(scores, rows);
            return metric.Of(Groups(scores, rows, output), positive, negative);
        }

        private IEnumerable<(double Positive, double Negative)> Groups(float[] scores, int[] rows, int output)
        {
            for (int start = 0, i = 0; start < rows.Length; start = i)
            {
                (double positive, double negative) = (0, 0);
                // A score that is no number equals none, itself neither.
                for (; i < rows.Length && (i == start || scores[i] == scores[start]); i++)
                {
                    if (IsPositive(rows[i], output))
                        positive += _weights[rows[i]];
                    else
                        negative += _weights[rows[i]];
                }
                yield return (positive, negative);
            }
        }

        private bool IsPositive(int row, int output) =>
            _hasClassIndices ? (int)_targets[row] == output : _targets[row * classes + output] > 0.5f;
    }
}
