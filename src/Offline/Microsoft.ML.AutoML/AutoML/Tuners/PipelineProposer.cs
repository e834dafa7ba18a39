using Microsoft.ML.AutoML.CodeGen;

namespace Microsoft.ML.AutoML;

/// <summary>
/// Draws pipelines in inverse proportion to their estimated cost for improvement (ECI; Wang et al., "FLAML", MLSys 2021),
/// the time that one is expected to need to beat the best loss. The first is the one of the least initial cost.
/// </summary>
internal sealed class PipelineProposer
{
    private static readonly Dictionary<EstimatorType, double> InitialCosts = new()
    {
        [EstimatorType.LightGbmRegression] = 0.788,
        [EstimatorType.FastTreeRegression] = 0.382,
        [EstimatorType.FastForestRegression] = 0.374,
        [EstimatorType.SdcaRegression] = 0.566,
        [EstimatorType.FastTreeTweedieRegression] = 0.401,
        [EstimatorType.LbfgsPoissonRegressionRegression] = 4.73,
        [EstimatorType.FastForestOva] = 4.283,
        [EstimatorType.FastTreeOva] = 3.701,
        [EstimatorType.LightGbmMulti] = 4.765,
        [EstimatorType.SdcaMaximumEntropyMulti] = 10.129,
        [EstimatorType.SdcaLogisticRegressionOva] = 13.16,
        [EstimatorType.LbfgsMaximumEntropyMulti] = 7.980,
        [EstimatorType.LbfgsLogisticRegressionOva] = 11.513,
        [EstimatorType.LightGbmBinary] = 4.765,
        [EstimatorType.FastTreeBinary] = 3.701,
        [EstimatorType.FastForestBinary] = 4.283,
        [EstimatorType.SdcaLogisticRegressionBinary] = 13.16,
        [EstimatorType.LbfgsLogisticRegressionBinary] = 11.513,
    };

    private readonly Random _random;
    private readonly Dictionary<string, Learner> _learners;
    private bool _begun;
    private bool _succeeded;
    private double _leastLoss;

    internal PipelineProposer(SweepablePipeline pipeline, int? seed)
    {
        _random = seed is { } value ? new Random(value) : new Random();
        _learners = pipeline.Schemas.ToDictionary(schema => schema, schema => new Learner(pipeline.EstimatorsOf(schema)
            .Select(step => InitialCosts.GetValueOrDefault(step.Estimator.EstimatorType)).FirstOrDefault(cost => cost > 0, 1)));
    }

    internal string Propose()
    {
        if (!_begun)
        {
            _begun = true;
            return _learners.MinBy(learner => learner.Value.Eci).Key;
        }
        // Epsilon, because all may be infinite.
        var chances = _learners.Select(learner => (learner.Key, Chance: 1 / learner.Value.Eci + double.Epsilon)).ToArray();
        var draw = _random.NextDouble();
        var (sum, total) = (0.0, chances.Sum(learner => learner.Chance));
        foreach (var (schema, chance) in chances)
            if ((sum += chance / total) > draw) return schema;
        return chances[^1].Key;
    }

    internal void Update(TrialResult result, string schema)
    {
        _begun = true;
        var (learner, loss, seconds) = (_learners[schema], result.Loss, result.DurationInMilliseconds / 1000);
        if (seconds == 0 || !double.IsFinite(loss))
        {
            learner.Eci = _learners.Values.Max(other => other.Eci) * 2;
            return;
        }
        if (!_succeeded)
        {
            _succeeded = true;
            _leastLoss = loss;
            foreach (var other in _learners.Values) other.Begin(seconds * other.InitialCost / learner.InitialCost, loss);
        }
        else
        {
            learner.Add(seconds, loss);
            _leastLoss = Math.Min(_leastLoss, loss);
        }
        learner.Estimate(loss - _leastLoss);
    }

    /// <summary>The last two losses that were the best of a pipeline, and the time spent on each.</summary>
    private sealed class Learner(double initialCost)
    {
        private double _loss;
        private double _previousLoss;
        private double _time;
        private double _previousTime;

        internal double InitialCost { get; } = initialCost;
        internal double Eci { get; set; } = initialCost;
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
