using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

/// <summary>
/// Makes estimators and data operations from the steps of a case: {"do": name, and ML.NET's parameters by name}. A parameter
/// that a step does not give has ML.NET's default. A name that is in neither table is not offered.
/// </summary>
public static partial class Steps
{
    public static IEstimator<ITransformer> Chain(MLContext ml, JsonArray steps)
    {
        IEstimator<ITransformer> chain = null;
        foreach (var step in steps)
        {
            if (step.Str("do") == "AppendCacheCheckpoint")
                chain = (chain as EstimatorChain<ITransformer> ?? new EstimatorChain<ITransformer>().Append(chain))
                    .AppendCacheCheckpoint(ml);
            else if (chain is null) chain = Estimator(ml, step);
            else chain = LearningPipelineExtensions.Append(chain, Estimator(ml, step),
                step.EnumOf("scope", TransformerScope.Everything));
        }
        return chain ?? new EstimatorChain<ITransformer>();
    }

    public static IEstimator<ITransformer> Estimator(MLContext ml, JsonNode step) => Find(Estimators, step)(ml, step);

    public static IDataView DataOperation(MLContext ml, IDataView view, JsonNode step) =>
        Find(DataOperations, step)(ml, view, step);

    private static T Find<T>(Dictionary<string, T> table, JsonNode step) =>
        table.TryGetValue(step.Str("do"), out var make) ? make : throw new NotOfferedException(step.Str("do"));
}
