namespace Microsoft.ML.Data;

public sealed class MulticlassClassificationMetricsStatistics : IMetricsStatistics<MulticlassClassificationMetrics>
{
    internal MulticlassClassificationMetricsStatistics() { }
    public MetricStatistics MacroAccuracy { get; } = new();
    public MetricStatistics MicroAccuracy { get; } = new();
    public MetricStatistics LogLoss { get; } = new();
    public MetricStatistics LogLossReduction { get; } = new();
    public MetricStatistics TopKAccuracy { get; } = new();
    public IReadOnlyList<MetricStatistics> PerClassLogLoss { get; private set; }

    void IMetricsStatistics<MulticlassClassificationMetrics>.AddPerClass(MulticlassClassificationMetrics permuted,
        MulticlassClassificationMetrics baseline)
    {
        PerClassLogLoss ??= permuted.PerClassLogLoss.Select(_ => new MetricStatistics()).ToArray();
        for (var k = 0; k < PerClassLogLoss.Count; k++)
            PerClassLogLoss[k].Add(permuted.PerClassLogLoss[k] - baseline.PerClassLogLoss[k]);
    }
}
