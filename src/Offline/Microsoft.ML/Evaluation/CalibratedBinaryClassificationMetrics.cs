namespace Microsoft.ML.Data;

/// <summary>Metrics of a binary classifier that gives probabilities. Logarithms are to base 2.</summary>
public sealed class CalibratedBinaryClassificationMetrics : BinaryClassificationMetrics
{
    internal CalibratedBinaryClassificationMetrics(BinaryEvaluator rows) : base(rows)
    {
        Entropy = BinaryEvaluator.Entropy(ConfusionMatrix.Counts[0].Sum() / rows.Count);
        LogLoss = rows.LogLoss;
        LogLossReduction = rows.LogLossReduction;
    }

    public double LogLoss { get; }
    public double LogLossReduction { get; }
    public double Entropy { get; }
}
