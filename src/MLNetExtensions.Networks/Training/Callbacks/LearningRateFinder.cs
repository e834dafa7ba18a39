namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Takes the place of the schedule for a short run in which the learning rate rises exponentially from step to step, and notes
/// the loss: the learning-rate range test (Smith, "Cyclical Learning Rates for Training Neural Networks", 2017). The run ends
/// when the loss has risen far above its minimum or the highest rate is reached; what it learned is of no use. <see cref="Find"/>
/// does all of it.
/// </summary>
/// <param name="Found">Gets the curve when the run has ended, also where it diverged.</param>
/// <param name="From">The rate of the first step, above 0.</param>
/// <param name="To">The rate of the last step, above <paramref name="From"/>.</param>
/// <param name="Steps">The steps, at least 2, in one epoch or more.</param>
/// <param name="StopFactor">How many times its minimum the smoothed loss may be before the run ends, above 1.</param>
public sealed record LearningRateFinder(
    Action<LearningRateCurve> Found, double From = 1e-7, double To = 1, int Steps = 100, double StopFactor = 4) : TrainingCallback
{
    /// <summary>The share of the loss so far in the smoothed loss.</summary>
    private const double Smoothing = 0.9;

    /// <inheritdoc/>
    protected internal override string Decides => $"learning rate from {From} to {To} in {Steps} steps";

    /// <inheritdoc/>
    public override RunningCallback Start(ITrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(Found);
        Require(From > 0 && double.IsFinite(From), nameof(From), From, "above 0");
        Require(To > From && double.IsFinite(To), nameof(To), To, $"above {nameof(From)}");
        Require(Steps >= 2, nameof(Steps), Steps, "at least 2");
        Require(StopFactor > 1, nameof(StopFactor), StopFactor, "above 1");
        return new Running(this);
    }

    /// <summary>Runs the test on a network, for as many epochs as it takes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="engine">What computes.</param>
    /// <param name="data">The examples.</param>
    /// <param name="options">How it is to be trained later: batches, augmentation, optimiser and loss count; epochs, schedule and
    /// callbacks do not.</param>
    /// <param name="initialWeights">Where to start; drawn by the seed when null.</param>
    /// <param name="from">The rate of the first step, above 0.</param>
    /// <param name="to">The rate of the last step.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="ArgumentException">Data, options and network don't fit; the message says which.</exception>
    public static LearningRateCurve Find(
        NetworkDefinition network, INetworkEngine engine, TrainingData data, TrainingOptions options,
        NetworkWeights? initialWeights = null, double from = 1e-7, double to = 1, int steps = 100,
        CancellationToken cancellation = default)
    {
        LearningRateCurve curve = new([]);
        LearningRateFinder finder = new(found => curve = found, from, to, steps);
        TrainingOptions test = options with
        {
            Epochs = steps, Schedule = new ConstantSchedule(), EarlyStopping = null, Checkpoints = null, Callbacks = [finder],
        };
        try
        {
            NetworkTrainer.Fit(network, engine, data, null, test, initialWeights, cancellation: cancellation);
        }
        catch (TrainingDivergedException)
        {
            // What was found before it did is what was asked for. No filter, which would be asked before the curve is handed
            // over.
            if (curve.Count == 0)
                throw;
        }
        return curve;
    }

    private sealed class Running(LearningRateFinder options) : RunningCallback
    {
        private readonly List<LearningRatePoint> _points = [];
        private double _average, _lowest = double.PositiveInfinity;

        public override void OnBatchBegin(ITrainingRun run) =>
            run.LearningRate = options.From * Math.Pow(options.To / options.From, (double)_points.Count / (options.Steps - 1));

        public override void OnBatchEnd(ITrainingRun run)
        {
            _average = Smoothing * _average + (1 - Smoothing) * run.BatchLoss;
            // Adam's correction of an average that began at 0.
            double loss = _average / (1 - Math.Pow(Smoothing, _points.Count + 1));
            _lowest = Math.Min(_lowest, loss);
            _points.Add(new(run.LearningRate, run.BatchLoss, loss));
            if (_points.Count == options.Steps || (_lowest > 0 && loss > options.StopFactor * _lowest))
                run.Stop();
        }

        protected override void Dispose(bool disposing) => options.Found(new(_points));
    }
}
