namespace Microsoft.ML.AutoML;

public abstract class ExperimentSettings
{
    public ExperimentSettings() { }
    public uint MaxExperimentTimeInSeconds { get; set; } = 24 * 60 * 60;
    public CancellationToken CancellationToken { get; set; }

    public int MaxModels = int.MaxValue;
}
