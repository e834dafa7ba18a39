using Microsoft.ML.AutoML;
using MLNetExtensions.AutoML;

namespace Microsoft.ML;

/// <summary>Runs experiments that tell why they found nothing.</summary>
public static class SweepMonitorExtensions
{
    /// <summary>Runs an experiment with a monitor, which need not have been set.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="monitor">Keeps the record of the trials.</param>
    /// <returns>The best trial.</returns>
    /// <exception cref="InvalidOperationException">No trial succeeded; the message has the first reason, and the inner exception
    /// is the failure itself.</exception>
    /// <exception cref="TimeoutException">The time was up before a trial ended.</exception>
    public static TrialResult Run(this AutoMLExperiment experiment, SweepMonitor monitor) =>
        experiment.RunAsync(monitor).GetAwaiter().GetResult();

    /// <inheritdoc cref="Run"/>
    /// <param name="experiment">The experiment.</param>
    /// <param name="monitor">Keeps the record of the trials.</param>
    /// <param name="cancellation">Ends the experiment with the best trial so far.</param>
    public static async Task<TrialResult> RunAsync(
        this AutoMLExperiment experiment, SweepMonitor monitor, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(monitor);
        try
        {
            return await experiment.SetMonitor(monitor).RunAsync(cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException e) when (FirstFailure(monitor) is { } failure)
        {
            int failed = monitor.Trials.Count(trial => trial.State == SweepTrialState.Failed);
            throw new InvalidOperationException(
                $"No trial succeeded: {failed} failed, trial {failure.Id} first: {failure.Error?.Message ?? e.Message}",
                failure.Error ?? e);
        }
    }

    private static SweepTrial? FirstFailure(SweepMonitor monitor) =>
        monitor.Trials.FirstOrDefault(trial => trial.State == SweepTrialState.Failed);
}
