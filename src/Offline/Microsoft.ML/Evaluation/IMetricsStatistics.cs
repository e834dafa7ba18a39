namespace Microsoft.ML.Data;

/// <summary>How far the metrics of a permuted data set are from those of the data set itself.</summary>
internal interface IMetricsStatistics<in TMetrics>
{
    void Add(TMetrics permuted, TMetrics baseline);
}
