namespace Microsoft.ML.Data;

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
}
