namespace Microsoft.ML.AutoML;

internal sealed class MLContextMonitor(IChannel logger, SweepablePipeline pipeline) : IMonitor
{
    public void ReportRunningTrial(TrialSettings settings) => Log($"Update Running Trial - Id: {settings.TrialId}");

    public void ReportCompletedTrial(TrialResult result) =>
        Log($"Update Completed Trial - Id: {result.TrialSettings.TrialId} - Metric: {result.Metric} "
            + $"- Duration: {result.DurationInMilliseconds}");

    public void ReportBestTrial(TrialResult result) =>
        Log($"Update Best Trial - Id: {result.TrialSettings.TrialId} - Metric: {result.Metric} "
            + $"- Pipeline: {pipeline.ToString(result.TrialSettings.Parameter)}");

    public void ReportFailTrial(TrialSettings settings, Exception exception = null) =>
        Log($"Update Failed Trial - Id: {settings.TrialId} - Pipeline: {pipeline.ToString(settings.Parameter)} "
            + exception?.Message);

    private void Log(string message) => logger.Info(MessageSensitivity.None, "{0}", message);
}
