using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using MLNetExtensions.AutoML;

namespace Microsoft.ML;

/// <summary>What sweeps with neural networks need beside ML.NET's own methods: alternatives of both behind a pipeline, and the
/// way from a trial back to its network.</summary>
public static class SweepablePipelineExtensions
{
    private const string PipelineKey = "_pipeline_", SchemaKey = "_SCHEMA_";

    /// <summary>Lets one of several follow: ML.NET's trainers (<c>mlContext.Auto().BinaryClassification()</c>, which are a
    /// pipeline), neural networks, or any other sweepable. ML.NET itself takes either a pipeline or estimators here, not
    /// both.</summary>
    /// <param name="estimator">What comes before, the same for all.</param>
    /// <param name="sweepables">The alternatives, at least one.</param>
    /// <exception cref="ArgumentException">There are no alternatives.</exception>
    public static SweepablePipeline Append(
        this IEstimator<ITransformer> estimator, params ISweepable<IEstimator<ITransformer>>[] sweepables)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(sweepables);
        if (sweepables.Length == 0)
            throw new ArgumentException("There is nothing to append: give at least one sweepable.", nameof(sweepables));
        // A pipeline of one estimator can't be made in the open; cut out of one of two it can.
        SweepablePipeline two = SweepableExtension.Append(
            estimator, new SweepableEstimator((_, _) => estimator, new SearchSpace.SearchSpace()));
        return two.BuildSweepableEstimatorPipeline(two.Estimators.Keys.First()).Append(sweepables);
    }

    /// <summary>The network of a trial: what won, when it is the best one's.</summary>
    /// <param name="pipeline">The pipeline that the experiment swept.</param>
    /// <param name="trial">The trial, for instance <c>result.TrialSettings</c>.</param>
    /// <returns>The network's hyperparameters; null when another trainer was tried.</returns>
    /// <exception cref="ArgumentException">The trial is of another pipeline.</exception>
    public static NeuralNetworkHyperparameters? GetNeuralNetworkHyperparameters(
        this SweepablePipeline pipeline, TrialSettings trial)
    {
        (string Key, SweepableEstimator Estimator)[] steps = Steps(pipeline, trial);
        string? network = steps.LastOrDefault(step => step.Estimator is NeuralNetworkSweepableEstimator).Key;
        return network is null ? null : NeuralNetworkSweepableEstimator.ToHyperparameters(trial.Parameter[PipelineKey][network]);
    }

    /// <summary>The estimators of a trial, unfitted: to train the best one once more on all rows, since the model of a
    /// cross-validated trial is the one of its first fold.</summary>
    /// <param name="pipeline">The pipeline that the experiment swept.</param>
    /// <param name="context">The context to make the estimators in.</param>
    /// <param name="trial">The trial, for instance <c>result.TrialSettings</c>.</param>
    /// <exception cref="ArgumentException">The trial is of another pipeline.</exception>
    public static EstimatorChain<ITransformer> BuildFromTrial(
        this SweepablePipeline pipeline, MLContext context, TrialSettings trial)
    {
        ArgumentNullException.ThrowIfNull(context);
        Steps(pipeline, trial);
        return pipeline.BuildFromOption(context, trial.Parameter[PipelineKey]);
    }

    /// <summary>The name of the trainer of a trial: the network's, else the type of the last estimator that has one.</summary>
    internal static string TrainerName(this SweepablePipeline pipeline, TrialSettings trial)
    {
        SweepableEstimator[] steps = [.. Steps(pipeline, trial).Select(step => step.Estimator)];
        if (steps.OfType<NeuralNetworkSweepableEstimator>().LastOrDefault() is { } network)
            return network.Name;
        SweepableEstimator? known = steps.LastOrDefault(step => step.EstimatorType != AutoML.CodeGen.EstimatorType.Unknown);
        return (known ?? steps[^1]).EstimatorType.ToString();
    }

    /// <summary>The estimators that a trial is made of; AutoML names them e0, e1 and so on, and a pipeline e0 * e2.</summary>
    private static (string Key, SweepableEstimator Estimator)[] Steps(SweepablePipeline pipeline, TrialSettings trial)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Parameter is null || !trial.Parameter.TryGetValue(PipelineKey, out Parameter? own)
            || !own.TryGetValue(SchemaKey, out Parameter? schema))
            throw OfAnother();
        return [.. schema.AsType<string>().Split('*', StringSplitOptions.TrimEntries).Select(key =>
            pipeline.Estimators.TryGetValue(key, out SweepableEstimator? estimator) && own.ContainsKey(key)
                ? (key, estimator)
                : throw OfAnother())];

        static ArgumentException OfAnother() =>
            new("The trial is not of this pipeline: give the one that the experiment got by SetPipeline.", nameof(trial));
    }
}
