using Microsoft.ML.AutoML.CodeGen;

namespace Microsoft.ML.AutoML;

/// <summary>Draws pipelines in inverse proportion to their estimated cost for improvement (ECI; Wang et al., "FLAML", MLSys
/// 2021), the time that one is expected to need to beat the best loss; the parameters of each come from a cost-frugal search of
/// its own.</summary>
internal sealed class EciCostFrugalTuner : ITuner
{
    private readonly Random _random;
    private readonly Dictionary<string, Learner> _learners;
    private readonly Parameter _defaults;
    private bool _begun;
    private double? _leastLoss;

    public EciCostFrugalTuner(SweepablePipeline pipeline, AutoMLExperiment.AutoMLExperimentSettings settings)
    {
        var space = settings.SearchSpace;
        _random = settings.Seed is { } seed ? new Random(seed) : new Random();
        _defaults = space.SampleFromFeatureSpace(space.Default)[AutoMLExperiment.PipelineSearchSpaceName];
        _learners = pipeline.Schemas.ToDictionary(schema => schema, schema =>
        {
            var own = new SearchSpace.SearchSpace();
            foreach (var (key, option) in space) own[key] = option;
            own[AutoMLExperiment.PipelineSearchSpaceName] = pipeline.BuildSweepableEstimatorPipeline(schema).SearchSpace;
            var costs = pipeline.EstimatorsOf(schema).Select(step => StartCost(step.Estimator.EstimatorType));
            return new Learner(new CostFrugalTuner(own, settings.Seed), costs.FirstOrDefault(cost => cost != 1, 1));
        });
    }

    public Parameter Propose(TrialSettings settings)
    {
        var parameter = Choose().Tuner.Propose(settings);
        // The original adds the defaults of the pipeline beside the pipeline.
        foreach (var (key, value) in _defaults)
            if (!parameter.ContainsKey(key)) parameter[key] = value;
        return parameter;
    }

    public void Update(TrialResult result)
    {
        var parameter = result.TrialSettings.Parameter[AutoMLExperiment.PipelineSearchSpaceName];
        var learner = _learners[parameter[SweepablePipeline.SchemaOption].AsType<string>()];
        UpdateCosts(learner, result.Loss, result.DurationInMilliseconds / 1000);
        learner.Tuner.Update(result);
    }

    /// <summary>What a pipeline is taken to cost before it was tried, in an unspecified unit.</summary>
    private static double StartCost(EstimatorType type) => type switch
    {
        EstimatorType.SdcaLogisticRegressionBinary or EstimatorType.SdcaLogisticRegressionOva => 13.16,
        EstimatorType.LbfgsPoissonRegressionRegression => 4.73,
        _ => 1,
    };

    private Learner Choose()
    {
        var first = !_begun;
        _begun = true;
        if (first) return _learners.Values.MinBy(learner => learner.StartCost);
        // Epsilon, because all may be infinite.
        var chances = _learners.Values.Select(learner => (Learner: learner, Chance: 1 / learner.Eci + double.Epsilon)).ToArray();
        var draw = _random.NextDouble();
        var (sum, total) = (0.0, chances.Sum(one => one.Chance));
        foreach (var (learner, chance) in chances)
            if ((sum += chance / total) > draw) return learner;
        return chances[^1].Learner;
    }

    private void UpdateCosts(Learner learner, double loss, double seconds)
    {
        if (seconds == 0 || !double.IsFinite(loss))
        {
            learner.Eci = _learners.Values.Max(other => other.Eci) * 2;
            return;
        }
        if (_leastLoss is { } least)
        {
            learner.Add(seconds, loss);
            _leastLoss = Math.Min(least, loss);
        }
        else
        {
            foreach (var other in _learners.Values) other.Begin(seconds * other.StartCost / learner.StartCost, loss);
            _leastLoss = loss;
        }
        learner.Estimate(loss - _leastLoss.Value);
    }

    /// <summary>The last two losses that were the best of a pipeline, and the time spent on each.</summary>
    private sealed class Learner(CostFrugalTuner tuner, double startCost)
    {
        private double _loss;
        private double _previousLoss;
        private double _time;
        private double _previousTime;

        internal CostFrugalTuner Tuner => tuner;
        internal double StartCost { get; } = startCost;
        internal double Eci { get; set; } = startCost;
        internal void Begin(double time, double loss) =>
            (_time, _previousTime, _loss, _previousLoss) = (time, time, loss, loss + 0.05 * Math.Abs(loss));

        internal void Add(double seconds, double loss)
        {
            if (loss >= _loss) _time += seconds;
            else (_previousTime, _time, _previousLoss, _loss) = (_time, seconds, _loss, loss);
        }

        internal void Estimate(double gap)
        {
            var speed = (_previousLoss - _loss) / (_previousTime + _time);
            Eci = Math.Max(Math.Max(_time, _previousTime), (2 * gap + double.Epsilon) / (speed + double.Epsilon));
        }
    }
}
