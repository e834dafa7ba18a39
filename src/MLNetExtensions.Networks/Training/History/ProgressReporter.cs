using System.Diagnostics;

namespace MLNetExtensions.Networks.Training;

/// <summary>Tells a listener of a run, at most ten times a second.</summary>
internal sealed class ProgressReporter(IProgress<TrainingProgress>? listener, int epochs, int steps)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _lastReport = Stopwatch.GetTimestamp();
    private long _epochStarted;
    private int _firstEpoch = -1;
    private int _epoch;
    private EpochRecord? _lastEpoch;

    public void BeginEpoch(TrainingHistory history)
    {
        _epochStarted = Stopwatch.GetTimestamp();
        _epoch = history.Count;
        _lastEpoch = _epoch > 0 ? history[_epoch - 1] : null;
        if (_firstEpoch < 0)
            _firstEpoch = _epoch;
    }

    public void StepEnded(int step, int examples, double loss, double rate)
    {
        if (listener is null || Stopwatch.GetElapsedTime(_lastReport) < Interval)
            return;
        _lastReport = Stopwatch.GetTimestamp();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_started);
        double done = (double)(_epoch - _firstEpoch) * steps + step + 1;
        double left = (double)(epochs - _epoch) * steps - step - 1;
        double examplesPerSecond = examples / Stopwatch.GetElapsedTime(_epochStarted).TotalSeconds;
        listener.Report(new(
            _epoch + 1, epochs, step + 1, steps, loss, rate, examplesPerSecond, elapsed, elapsed * (left / done), _lastEpoch));
    }

    /// <summary>The last report of a run.</summary>
    public void Finish(TrainingHistory history)
    {
        EpochRecord last = history[^1];
        listener?.Report(new(
            last.Epoch, epochs, steps, steps, last.Loss, last.LearningRate, last.ExamplesPerSecond,
            Stopwatch.GetElapsedTime(_started), TimeSpan.Zero, last));
    }
}
