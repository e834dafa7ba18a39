namespace Microsoft.ML.Data;

/// <summary>How far the metrics of permuted data are from those of the data itself, a statistic by the name of each.</summary>
internal interface IMetricsStatistics<in TMetrics>
{
    void Add(TMetrics permuted, TMetrics baseline)
    {
        foreach (var property in GetType().GetProperties())
            if (property.GetValue(this) is MetricStatistics statistics)
                statistics.Add(Value(permuted, property.Name) - Value(baseline, property.Name));
        AddPerClass(permuted, baseline);

        static double Value(TMetrics metrics, string name) => (double)typeof(TMetrics).GetProperty(name).GetValue(metrics);
    }

    void AddPerClass(TMetrics permuted, TMetrics baseline) { }
}
