namespace Microsoft.ML.Data;

/// <summary>Changes of the metrics of a multiclass classifier.</summary>
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
