namespace Microsoft.ML.AutoML;

/// <summary>Evaluates a scored data set by one metric: the property of the metrics that has its name.</summary>
internal sealed class MetricManager<TMetrics>(Enum metric, bool isMaximize, Func<MLContext, IDataView, TMetrics> evaluate)
    : IEvaluateMetricManager
{
    public bool IsMaximize => isMaximize;
    public string MetricName => metric.ToString();

    public double Evaluate(MLContext context, IDataView eval)
    {
        var property = typeof(TMetrics).GetProperty(MetricName)
            ?? throw new ArgumentOutOfRangeException(nameof(metric), metric, "Unknown metric");
        return (double)property.GetValue(evaluate(context, eval));
    }
}
