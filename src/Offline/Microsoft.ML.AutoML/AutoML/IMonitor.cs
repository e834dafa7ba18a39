namespace Microsoft.ML.AutoML;

/// <summary>Is told how the trials of an experiment go.</summary>
public interface IMonitor
{
    void ReportCompletedTrial(TrialResult result);

    void ReportBestTrial(TrialResult result);

    void ReportFailTrial(TrialSettings settings, Exception exception = null);

    void ReportRunningTrial(TrialSettings settings);
}
