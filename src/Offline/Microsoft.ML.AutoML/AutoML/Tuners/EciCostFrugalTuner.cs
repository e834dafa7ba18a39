namespace Microsoft.ML.AutoML;

/// <summary>Chooses a pipeline by its estimated cost for improvement, its parameters by a cost-frugal search of its own.</summary>
internal sealed class EciCostFrugalTuner : ITuner
{
    private readonly PipelineProposer _proposer;
    private readonly Dictionary<string, CostFrugalTuner> _tuners;
    private readonly Parameter _defaults;

    public EciCostFrugalTuner(SweepablePipeline pipeline, AutoMLExperiment.AutoMLExperimentSettings settings)
    {
        var space = settings.SearchSpace;
        _proposer = new PipelineProposer(pipeline, settings.Seed);
        _defaults = space.SampleFromFeatureSpace(space.Default)[AutoMLExperiment.PipelineSearchSpaceName];
        _tuners = pipeline.Schemas.ToDictionary(schema => schema, schema =>
        {
            var own = new SearchSpace.SearchSpace();
            foreach (var option in space) own.Add(option);
            own[AutoMLExperiment.PipelineSearchSpaceName] = pipeline.BuildSweepableEstimatorPipeline(schema).SearchSpace;
            return new CostFrugalTuner(own, settings.Seed);
        });
    }

    public Parameter Propose(TrialSettings settings)
    {
        var parameter = _tuners[_proposer.Propose()].Propose(settings);
        // The original adds the defaults of the pipeline beside the pipeline.
        foreach (var (key, value) in _defaults)
            if (!parameter.ContainsKey(key)) parameter[key] = value;
        return parameter;
    }

    public void Update(TrialResult result)
    {
        var parameter = result.TrialSettings.Parameter[AutoMLExperiment.PipelineSearchSpaceName];
        var schema = parameter[SweepablePipeline.SchemaOption].AsType<string>();
        _proposer.Update(result, schema);
        if (_tuners.TryGetValue(schema, out var tuner)) tuner.Update(result);
    }
}
