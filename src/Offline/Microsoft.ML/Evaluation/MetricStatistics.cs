namespace Microsoft.ML.Data;

/// <summary>Mean and spread of a metric over repeated measurements (Welford's running sums).</summary>
public sealed class MetricStatistics
{
    private double _squares;

    internal MetricStatistics() { }
    public double Mean { get; private set; }
    public double StandardDeviation => Count <= 1 ? 0 : Math.Sqrt(_squares / (Count - 1));
    public double StandardError => StandardDeviation / Math.Sqrt(Math.Max(1, Count));
    public int Count { get; private set; }

    internal void Add(double metric)
    {
        var delta = metric - Mean;
        Mean += delta / ++Count;
        _squares += delta * (metric - Mean);
    }
}
