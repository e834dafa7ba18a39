using Microsoft.ML;

namespace MLNetExtensions.AutoML;

/// <summary>A trainer in a trial. Options that can't be trained with (a network that diverges, one too large for the memory, one
/// that does not fit the features) make a bad trial and not the end of the experiment.</summary>
/// <param name="trainer">The trainer.</param>
internal sealed class TrialTrainer(IEstimator<ITransformer> trainer) : IEstimator<ITransformer>
{
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => trainer.GetOutputSchema(inputSchema);

    /// <exception cref="FailedTrialException">Training failed.</exception>
    public ITransformer Fit(IDataView input)
    {
        try
        {
            return trainer.Fit(input);
        }
        catch (Exception e) when (!IsOfEveryTrial(e))
        {
            throw new FailedTrialException(e);
        }
    }

    /// <summary>Whether no other option could help: the time is up, or a column is missing or of the wrong type.</summary>
    private static bool IsOfEveryTrial(Exception e) =>
        e is OperationCanceledException or ArgumentOutOfRangeException { ParamName: "schema" };
}
