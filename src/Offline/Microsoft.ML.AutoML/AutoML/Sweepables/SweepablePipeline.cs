namespace Microsoft.ML.AutoML;

/// <summary>Estimators e0, e1, ... and the pipelines that can be built of them; the parameter "_SCHEMA_" names one.</summary>
public class SweepablePipeline : ISweepable<EstimatorChain<ITransformer>>
{
    internal const string SchemaOption = "_SCHEMA_";
    private readonly PipelineSchema _schema;

    internal SweepablePipeline() : this([], null) { }
    private SweepablePipeline(Dictionary<string, SweepableEstimator> estimators, PipelineSchema schema) =>
        (Estimators, _schema) = (estimators, schema);
    public Dictionary<string, SweepableEstimator> Estimators { get; }

    public SearchSpace.SearchSpace SearchSpace
    {
        get
        {
            var space = new SearchSpace.SearchSpace();
            foreach (var (key, estimator) in Estimators) space.Add(key, estimator.SearchSpace);
            space.Add(SchemaOption, new ChoiceOption([.. Schemas]));
            return space;
        }
    }

    internal IEnumerable<string> Schemas => _schema.Pipelines;

    public EstimatorChain<ITransformer> BuildFromOption(MLContext context, Parameter parameter)
    {
        var chain = new EstimatorChain<ITransformer>();
        foreach (var (key, estimator) in EstimatorsOf(parameter[SchemaOption].AsType<string>()))
            chain = chain.Append(estimator.BuildFromOption(context, parameter[key]));
        return chain;
    }

    public SweepablePipeline BuildSweepableEstimatorPipeline(string schema) =>
        new(EstimatorsOf(schema).ToDictionary(step => step.Key, step => step.Estimator), new PipelineSchema(schema));

    public SweepablePipeline Append(params ISweepable<IEstimator<ITransformer>>[] sweepables)
    {
        var estimators = new Dictionary<string, SweepableEstimator>(Estimators);
        var step = sweepables.Select(Add).Aggregate((left, right) => left + right);
        return new SweepablePipeline(estimators, _schema is null ? step : _schema * step);

        PipelineSchema Add(ISweepable<IEstimator<ITransformer>> sweepable)
        {
            if (sweepable is not SweepablePipeline pipeline)
                return new PipelineSchema(AddEstimator((SweepableEstimator)sweepable));
            return pipeline._schema.Rename(pipeline.Estimators.ToDictionary(e => e.Key, e => AddEstimator(e.Value)));
        }

        string AddEstimator(SweepableEstimator estimator)
        {
            var key = $"e{estimators.Count}";
            estimators[key] = estimator;
            return key;
        }
    }

    public string ToString(Parameter parameter) => parameter.TryGetValue(AutoMLExperiment.PipelineSearchSpaceName, out var own)
        ? string.Join("=>", EstimatorsOf(own[SchemaOption].AsType<string>()).Select(step => step.Estimator.EstimatorType))
        : "";

    internal IEnumerable<(string Key, SweepableEstimator Estimator)> EstimatorsOf(string schema) =>
        PipelineSchema.Keys(schema).Select(key => (key, Estimators[key]));
}
