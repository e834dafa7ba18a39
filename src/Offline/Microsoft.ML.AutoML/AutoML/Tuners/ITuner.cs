namespace Microsoft.ML.AutoML;

/// <summary>Proposes the parameters of a trial and learns from its result: a failed one has the loss double.MaxValue.</summary>
public interface ITuner
{
    Parameter Propose(TrialSettings settings);
    void Update(TrialResult result);
}
