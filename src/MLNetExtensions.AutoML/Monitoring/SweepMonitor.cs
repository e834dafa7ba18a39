using Microsoft.ML;
using Microsoft.ML.AutoML;

namespace MLNetExtensions.AutoML;

/// <summary>
/// Keeps a record of an experiment's trials, their networks included, and tells of each as it begins and ends:
/// <c>experiment.SetMonitor(new SweepMonitor(pipeline, Console.WriteLine))</c>, after <c>SetPipeline</c>, which sets a monitor
/// itself. Models are not kept.
/// </summary>
/// <param name="pipeline">The pipeline that the experiment sweeps.</param>
/// <param name="report">Hears of each trial when it begins and when it ends; null for nobody. What it throws ends up in the
/// experiment.</param>
public sealed class SweepMonitor(SweepablePipeline pipeline, Action<SweepTrial>? report = null) : IMonitor
{
    private readonly SweepablePipeline _pipeline = pipeline ?? throw new ArgumentNullException(nameof(pipeline));
    private readonly Lock _lock = new();
    private readonly List<SweepTrial> _ended = [];

    /// <summary>The trials that ended so far, in their order. May be read while the experiment runs.</summary>
    public IReadOnlyList<SweepTrial> Trials
    {
        get
        {
            lock (_lock)
                return [.. _ended];
        }
    }

    /// <summary>The completed trials, the best first; equal ones in their order.</summary>
    public IReadOnlyList<SweepTrial> Leaderboard =>
        [.. Trials.Where(trial => !double.IsNaN(trial.Loss)).OrderBy(trial => trial.Loss)];

    void IMonitor.ReportRunningTrial(TrialSettings settings) => report?.Invoke(Trial(settings, SweepTrialState.Running));

    void IMonitor.ReportCompletedTrial(TrialResult result) => Ended(Trial(result.TrialSettings, SweepTrialState.Completed) with
    {
        Metric = result.Metric, Loss = result.Loss, Duration = TimeSpan.FromMilliseconds(result.DurationInMilliseconds),
    });

    // The best is among the completed ones.
    void IMonitor.ReportBestTrial(TrialResult result)
    {
    }

    void IMonitor.ReportFailTrial(TrialSettings settings, Exception? exception) =>
        Ended(Trial(settings, SweepTrialState.Failed) with
        {
            Error = exception is FailedTrialException { InnerException: { } reason } ? reason : exception,
        });

    private SweepTrial Trial(TrialSettings settings, SweepTrialState state) =>
        new(settings, state, _pipeline.TrainerName(settings), _pipeline.GetNeuralNetworkHyperparameters(settings));

    private void Ended(SweepTrial trial)
    {
        lock (_lock)
            _ended.Add(trial);
        report?.Invoke(trial);
    }
}
