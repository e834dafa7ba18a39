namespace Microsoft.ML.Data;

/// <summary>How far the metrics of a permuted data set are from those of the data set itself.</summary>
internal interface IMetricsStatistics<in TMetrics>
{
    void Add(TMetrics permuted, TMetrics baseline);
}

public sealed class RegressionMetricsStatistics : IMetricsStatistics<RegressionMetrics>
{
    internal RegressionMetricsStatistics() { }

    public MetricStatistics MeanAbsoluteError { get; } = new();

    public MetricStatistics MeanSquaredError { get; } = new();

    public MetricStatistics RootMeanSquaredError { get; } = new();

    public MetricStatistics LossFunction { get; } = new();

    public MetricStatistics RSquared { get; } = new();

    void IMetricsStatistics<RegressionMetrics>.Add(RegressionMetrics permuted, RegressionMetrics baseline)
    {
        MeanAbsoluteError.Add(permuted.MeanAbsoluteError - baseline.MeanAbsoluteError);
        MeanSquaredError.Add(permuted.MeanSquaredError - baseline.MeanSquaredError);
        RootMeanSquaredError.Add(permuted.RootMeanSquaredError - baseline.RootMeanSquaredError);
        LossFunction.Add(permuted.LossFunction - baseline.LossFunction);
        RSquared.Add(permuted.RSquared - baseline.RSquared);
    }
}

public sealed class BinaryClassificationMetricsStatistics : IMetricsStatistics<BinaryClassificationMetrics>
{
    internal BinaryClassificationMetricsStatistics() { }

    public MetricStatistics AreaUnderRocCurve { get; } = new();

    public MetricStatistics Accuracy { get; } = new();

    public MetricStatistics PositivePrecision { get; } = new();

    public MetricStatistics PositiveRecall { get; } = new();

    public MetricStatistics NegativePrecision { get; } = new();

    public MetricStatistics NegativeRecall { get; } = new();

    public MetricStatistics F1Score { get; } = new();

    public MetricStatistics AreaUnderPrecisionRecallCurve { get; } = new();

    void IMetricsStatistics<BinaryClassificationMetrics>.Add(BinaryClassificationMetrics permuted,
        BinaryClassificationMetrics baseline)
    {
        AreaUnderRocCurve.Add(permuted.AreaUnderRocCurve - baseline.AreaUnderRocCurve);
        Accuracy.Add(permuted.Accuracy - baseline.Accuracy);
        PositivePrecision.Add(permuted.PositivePrecision - baseline.PositivePrecision);
        PositiveRecall.Add(permuted.PositiveRecall - baseline.PositiveRecall);
        NegativePrecision.Add(permuted.NegativePrecision - baseline.NegativePrecision);
        NegativeRecall.Add(permuted.NegativeRecall - baseline.NegativeRecall);
        F1Score.Add(permuted.F1Score - baseline.F1Score);
        AreaUnderPrecisionRecallCurve.Add(permuted.AreaUnderPrecisionRecallCurve - baseline.AreaUnderPrecisionRecallCurve);
    }
}

public sealed class MulticlassClassificationMetricsStatistics : IMetricsStatistics<MulticlassClassificationMetrics>
{
    internal MulticlassClassificationMetricsStatistics() { }

    public MetricStatistics MacroAccuracy { get; } = new();

    public MetricStatistics MicroAccuracy { get; } = new();

    public MetricStatistics LogLoss { get; } = new();

    public MetricStatistics LogLossReduction { get; } = new();

    public MetricStatistics TopKAccuracy { get; } = new();

    public IReadOnlyList<MetricStatistics> PerClassLogLoss { get; private set; }

    void IMetricsStatistics<MulticlassClassificationMetrics>.Add(MulticlassClassificationMetrics permuted,
        MulticlassClassificationMetrics baseline)
    {
        MacroAccuracy.Add(permuted.MacroAccuracy - baseline.MacroAccuracy);
        MicroAccuracy.Add(permuted.MicroAccuracy - baseline.MicroAccuracy);
        LogLoss.Add(permuted.LogLoss - baseline.LogLoss);
        LogLossReduction.Add(permuted.LogLossReduction - baseline.LogLossReduction);
        TopKAccuracy.Add(permuted.TopKAccuracy - baseline.TopKAccuracy);
        PerClassLogLoss ??= permuted.PerClassLogLoss.Select(_ => new MetricStatistics()).ToArray();
        for (var k = 0; k < PerClassLogLoss.Count; k++)
            PerClassLogLoss[k].Add(permuted.PerClassLogLoss[k] - baseline.PerClassLogLoss[k]);
    }
}
