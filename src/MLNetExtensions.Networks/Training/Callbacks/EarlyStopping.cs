namespace MLNetExtensions.Networks.Training;

/// <summary>Ends a run when the monitored quantity no longer improves; the semantics are those of
/// Keras 3's <c>EarlyStopping</c>.</summary>
/// <param name="Patience">Epochs without improvement after which the run ends.</param>
/// <param name="MinDelta">A smaller change is no improvement; in units of the monitored quantity.</param>
/// <param name="Monitor">What is watched.</param>
/// <param name="RestoreBest">Whether the result has the weights of the best epoch rather than the last.</param>
/// <param name="StartFromEpoch">Epochs at the beginning that are not watched.</param>
public sealed record EarlyStopping(
    int Patience = 10,
    double MinDelta = 0,
    MonitoredQuantity Monitor = default,
    bool RestoreBest = true,
    int StartFromEpoch = 0) : TrainingCallback
{
    /// <inheritdoc/>
    public override bool ChoosesBest => true;

    /// <summary>Which epoch is the best. Patience and what the result is only choose among the epochs.</summary>
    protected internal override string Decides => $"best epoch by {Monitor}, change {MinDelta}, after epoch {StartFromEpoch}";

    /// <summary>What a run without early stopping does about its best epoch: it knows it.</summary>
    internal static EarlyStopping Never { get; } = new(Patience: int.MaxValue, RestoreBest: false);

    /// <inheritdoc/>
    public override RunningCallback Start(ITrainingRun run)
    {
        Require(Patience >= 0, nameof(Patience), Patience, "at least 0");
        TrainingMetric? metric = Monitor.Of(run.Metrics);
        if (metric is not null && run.Validation is null)
            throw new ArgumentException("Early stopping by the validation metric needs a validation set.");
        return new Running(this, metric);
    }

    private sealed class Running(EarlyStopping options, TrainingMetric? metric) : RunningCallback
    {
        private double? _best;
        private int _wait;

        public override void OnEpochReplayed(ITrainingRun run, EpochRecord epoch) => OnEpochEnd(run, epoch);

        public override void OnEpochEnd(ITrainingRun run, EpochRecord epoch)
        {
            if (epoch.Epoch <= options.StartFromEpoch)
                return;
            _wait++;
            double value = Value(epoch) ?? double.PositiveInfinity;
            if (double.IsFinite(value) && (_best is null || value + Math.Abs(options.MinDelta) < _best))
            {
                (_best, _wait) = (value, 0);
                run.MarkBest();
            }
            else if (_wait >= options.Patience && epoch.Epoch > 1)
            {
                run.Stop();
            }
        }

        public override void OnTrainingEnd(ITrainingRun run)
        {
            if (options.RestoreBest)
                run.RestoreBest();
        }

        /// <summary>The monitored value, turned so that lower is better; null when it was not measured.</summary>
        private double? Value(EpochRecord epoch)
        {
            if (metric is null)
                return options.Monitor == MonitoredQuantity.TrainingLoss ? epoch.Loss : epoch.ReferenceLoss;
            double? value = epoch.ValidationMetrics[metric.Name];
            return metric.HigherIsBetter ? -value : value;
        }
    }
}
