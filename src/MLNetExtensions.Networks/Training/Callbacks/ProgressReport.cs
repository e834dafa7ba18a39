using System.Diagnostics;

namespace MLNetExtensions.Networks.Training;

/// <summary>Tells a listener how far a run is, about ten times a second and once at the end, on the thread that trains.</summary>
/// <param name="Listener">Who is told.</param>
public sealed record ProgressReport(IProgress<TrainingProgress> Listener) : TrainingCallback
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    protected internal override string? Decides => null;

    /// <inheritdoc/>
    public override RunningCallback Start(ITrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(Listener);
        return new Running(Listener);
    }

    private sealed class Running(IProgress<TrainingProgress> listener) : RunningCallback
    {
        private readonly long _started = Stopwatch.GetTimestamp();
        private long _lastReport = Stopwatch.GetTimestamp();
        private long _epochStarted;
        private int _firstEpoch;
        private EpochRecord? _lastEpoch;

        public override void OnEpochBegin(ITrainingRun run)
        {
            _epochStarted = Stopwatch.GetTimestamp();
            _lastEpoch = run.History.Count > 0 ? run.History[^1] : null;
            if (_firstEpoch == 0)
                _firstEpoch = run.Epoch;
        }

        public override void OnBatchEnd(ITrainingRun run)
        {
            // Until an example with a weight has come there is nothing to tell.
            if (Stopwatch.GetElapsedTime(_lastReport) < Interval || double.IsNaN(run.Loss))
                return;
            _lastReport = Stopwatch.GetTimestamp();
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_started);
            double done = (double)(run.Epoch - _firstEpoch) * run.Steps + run.Step;
            double left = (double)(run.Options.Epochs - run.Epoch + 1) * run.Steps - run.Step;
            double examplesPerSecond = run.Examples / Stopwatch.GetElapsedTime(_epochStarted).TotalSeconds;
            listener.Report(new(
                run.Epoch, run.Options.Epochs, run.Step, run.Steps, run.Loss, run.LearningRate, examplesPerSecond, elapsed,
                elapsed * (left / done), _lastEpoch));
        }

        public override void OnTrainingEnd(ITrainingRun run)
        {
            if (run.History.Count == 0)
                return;
            EpochRecord last = run.History[^1];
            listener.Report(new(
                last.Epoch, run.Options.Epochs, run.Steps, run.Steps, last.Loss, last.LearningRate, last.ExamplesPerSecond,
                Stopwatch.GetElapsedTime(_started), TimeSpan.Zero, last));
        }
    }
}
