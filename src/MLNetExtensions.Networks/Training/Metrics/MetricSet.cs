namespace MLNetExtensions.Networks.Training;

/// <summary>Several metrics that are measured on the same examples.</summary>
internal sealed class MetricSet(IReadOnlyList<TrainingMetric> metrics, RowLayout outputs, double targetUnit)
{
    private readonly RunningMetric[] _running = [.. metrics.Select(metric => metric.Start(outputs))];

    /// <summary>What was measured, in the targets' own unit; those without a value left out.</summary>
    public MetricValues Values => new(metrics
        .Zip(_running, (metric, running) => (metric, running.Value))
        .Where(pair => pair.Value is not null)
        .Select(pair => KeyValuePair.Create(pair.metric.Name, pair.metric.InUnit(pair.Value!.Value, targetUnit))));

    public void Reset()
    {
        foreach (RunningMetric metric in _running)
            metric.Reset();
    }

    public void Add(in OutputBatch<float> batch)
    {
        foreach (RunningMetric metric in _running)
            metric.Add(batch);
    }
}
