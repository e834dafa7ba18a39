namespace Microsoft.ML.AutoML;

/// <summary>Tries the parameters of one trial. It is disposed after each.</summary>
public interface ITrialRunner : IDisposable
{
    Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct);
}
