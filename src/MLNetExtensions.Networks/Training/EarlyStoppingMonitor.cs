namespace MLNetExtensions.Networks.Training;

/// <summary>The state of early stopping in a run. Without early stopping it still knows the best epoch.</summary>
internal sealed class EarlyStoppingMonitor(EarlyStopping? options, TrainingMetric metric)
{
    private readonly EarlyStopping _options = options ?? new(Patience: int.MaxValue);
    private double? _best;
    private int _wait;

    /// <summary>The best epoch, counted from 1; 0 before one was watched.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>Whether the run should end.</summary>
    public bool ShouldStop { get; private set; }

    /// <summary>Takes note of an epoch.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool EpochEnded(EpochRecord record)
    {
        if (record.Epoch <= _options.StartFromEpoch)
            return false;
        _wait++;
        double value = Value(record) ?? double.PositiveInfinity;
        if (double.IsFinite(value) && (_best is null || value + Math.Abs(_options.MinDelta) < _best))
        {
            (_best, BestEpoch, _wait) = (value, record.Epoch, 0);
            return true;
        }
        ShouldStop |= _wait >= _options.Patience && record.Epoch > 1;
        return false;
    }

    /// <summary>The monitored value, turned so that lower is better; null when it was not measured.</summary>
    private double? Value(EpochRecord record) => _options.Monitor switch
    {
        MonitoredQuantity.TrainingLoss => record.Loss,
        MonitoredQuantity.ValidationMetric when metric.HigherIsBetter => -record.ValidationMetric,
        MonitoredQuantity.ValidationMetric => record.ValidationMetric,
        _ => record.ReferenceLoss,
    };
}
