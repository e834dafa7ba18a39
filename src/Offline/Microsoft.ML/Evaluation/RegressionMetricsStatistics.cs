namespace Microsoft.ML.Data;

public sealed class RegressionMetricsStatistics : IMetricsStatistics<RegressionMetrics>
{
    internal RegressionMetricsStatistics() { }
    public MetricStatistics MeanAbsoluteError { get; } = new();
    public MetricStatistics MeanSquaredError { get; } = new();
    public MetricStatistics RootMeanSquaredError { get; } = new();
    public MetricStatistics LossFunction { get; } = new();
    public MetricStatistics RSquared { get; } = new();
}
