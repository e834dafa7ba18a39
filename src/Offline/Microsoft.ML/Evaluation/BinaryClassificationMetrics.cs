namespace Microsoft.ML.Data;

/// <summary>Metrics of a binary classifier, judged by the sign of its score.</summary>
public class BinaryClassificationMetrics
{
    internal BinaryClassificationMetrics(BinaryEvaluator rows)
    {
        AreaUnderRocCurve = rows.AreaUnderRocCurve();
        AreaUnderPrecisionRecallCurve = rows.AreaUnderPrecisionRecallCurve();
        ConfusionMatrix = rows.ConfusionMatrix();
        Accuracy = (ConfusionMatrix.Counts[0][0] + ConfusionMatrix.Counts[1][1]) / rows.Count;
    }

    public double AreaUnderRocCurve { get; }
    public double Accuracy { get; }
    public double PositivePrecision => ConfusionMatrix.PerClassPrecision[0];
    public double PositiveRecall => ConfusionMatrix.PerClassRecall[0];
    public double NegativePrecision => ConfusionMatrix.PerClassPrecision[1];
    public double NegativeRecall => ConfusionMatrix.PerClassRecall[1];
    public double F1Score =>
        PositivePrecision + PositiveRecall is var sum and not 0 ? 2 * PositivePrecision * PositiveRecall / sum : 0;
    public double AreaUnderPrecisionRecallCurve { get; }
    public ConfusionMatrix ConfusionMatrix { get; }
}
