using System.Diagnostics;

namespace MLNetExtensions.Networks.Training;

/// <summary>One run of <see cref="NetworkTrainer"/>: the state between epochs, and the loop.</summary>
internal sealed class TrainingRun : IDisposable
{
    /// <summary>How far the seeds of sessions that follow each other lie apart.</summary>
    private const int StageSeed = 0x3C6EF372;

    private const string StartAfresh = "Choose another folder, delete the file, or set Resume to false.";

    private readonly NetworkDefinition _definition;
    private readonly INetworkEngine _engine;
    private readonly FrozenPrefix? _prefix;
    private readonly TrainingOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly BatchSource _source;
    private readonly ValidationPass? _validation;
    private readonly IRunningSchedule _schedule;
    private readonly EarlyStoppingMonitor _stopping;
    private readonly TrainingHistory _history;
    private readonly Func<NetworkWeights, TrainingSessionOptions, IRunSession> _createSession;
    private IRunSession _session;
    private readonly ProgressReporter _progress;
    private readonly IReadOnlyDictionary<string, string> _fingerprint;
    private DivergenceFinder _divergence;

    /// <summary>The full names of what the session does not change.</summary>
    private IReadOnlySet<string> _frozen;

    /// <summary>The weights of the best epoch so far, and those of the last one where that is another.</summary>
    private NetworkWeights _best, _last;

    // createSession makes what trains; null for a session of the one network.
    public TrainingRun(
        NetworkDefinition definition,
        INetworkEngine engine,
        TrainingData data,
        TrainingData? validation,
        TrainingOptions options,
        NetworkWeights? initialWeights,
        FrozenPrefix? prefix,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation,
        Func<NetworkWeights, TrainingSessionOptions, IRunSession>? createSession = null)
    {
        (_definition, _engine, _options, _prefix, _cancellation) = (definition, engine, options, prefix, cancellation);
        RowLayout outputs = definition.OutputLayout;
        TrainingMetric metric = options.Metric ?? TrainingMetric.For(options.RequiredLoss, outputs);
        _source = new(data, options);
        new OneExampleCheck(definition, FrozenIn(int.MaxValue)).Require(_source.SmallestStep, _source.MoreExamplesAStep);
        _validation = validation is null
            ? null
            : new(validation, options.RequiredLoss, metric, options.TargetUnit, _source.BatchSize, outputs);
        _schedule = options.Schedule.Start(options.BaseLearningRate, options.Epochs, _source.Steps);
        _stopping = new(options.EarlyStopping, metric);
        _history = new(metric.Name, []);
        _progress = new(progress, options.Epochs, _source.Steps);
        _fingerprint = options.Checkpoints is null
            ? new Dictionary<string, string>()
            : RunFingerprint.Of(engine, data, validation, options, initialWeights, cancellation);

        TrainingCheckpoint? checkpoint = FindCheckpoint();
        if (checkpoint is not null)
            Replay(checkpoint);
        NetworkWeights weights = checkpoint?.Weights ?? initialWeights ?? NetworkWeights.Initialize(definition, options.RunSeed);
        _best = (checkpoint?.Best ?? weights).Clone();
        _last = checkpoint?.Weights ?? weights.Clone();
        _createSession = createSession
            ?? ((start, given) => new NetworkRunSession(engine.CreateTrainingSession(definition, start, given)));
        // A checkpoint's state is that of the epoch it was written after.
        int epoch = Math.Max(_history.Count - 1, 0);
        _frozen = FrozenIn(epoch);
        (_session, _divergence) = Open(weights, epoch);
        if (checkpoint is null)
            return;
        try
        {
            _session.WriteState(checkpoint.State);
        }
        catch (ArgumentException e)
        {
            _session.Dispose();
            throw new InvalidOperationException(
                $"The checkpoint '{options.Checkpoints!.FilePath}' can't be taken up: {e.Message} {StartAfresh}", e);
        }
    }

    public TrainingResult Execute()
    {
        using BatchPrefetcher batches = new(_source, _history.Count, _options.Epochs, _session.TakesSparseRows);
        try
        {
            while (_history.Count < _options.Epochs && !_stopping.ShouldStop)
            {
                EnterStage();
                if (Note(RunEpoch(batches)))
                    (_best, _last) = (_last, _best);
                SaveCheckpoint();
            }
        }
        catch (OperationCanceledException) when (_options.KeepResultWhenCanceled && _stopping.BestEpoch > 0)
        {
            return BestSoFar(StopReason.Canceled);
        }
        _progress.Finish(_history);
        StopReason reason = _stopping.ShouldStop ? StopReason.EarlyStopped : StopReason.Completed;
        if (_options.EarlyStopping is { RestoreBest: true } && _stopping.BestEpoch > 0)
            return BestSoFar(reason);
        return new(Model(LastWeights), _history, _stopping.BestEpoch, reason);
    }

    public void Dispose() => _session.Dispose();

    /// <summary>The weights of the last epoch.</summary>
    private NetworkWeights LastWeights => _stopping.BestEpoch == _history.Count ? _best : _last;

    /// <summary>What does not change in an epoch, counted from 0.</summary>
    private HashSet<string> FrozenIn(int epoch) =>
    [
        .. _options.Frozen.Concat(_options.FrozenEpochs.Where(stage => epoch < stage.Value).Select(stage => stage.Key))
            .SelectMany(_definition.ParametersOf).Select(spec => spec.Name),
    ];

    /// <summary>Goes on with another session where more of the network begins to learn.</summary>
    private void EnterStage()
    {
        HashSet<string> frozen = FrozenIn(_history.Count);
        if (_frozen.SetEquals(frozen))
            return;
        _frozen = frozen;
        _session.Dispose();
        (_session, _divergence) = Open(LastWeights, _history.Count);
    }

    private (IRunSession Session, DivergenceFinder Divergence) Open(NetworkWeights weights, int epoch)
    {
        // Sessions that follow each other draw other random numbers.
        int stage = _options.FrozenEpochs.Values.Distinct().Count(epochs => epochs <= epoch);
        TrainingSessionOptions options = new(
            _source.BatchSize, _options.RequiredLoss, _options.Optimizer, unchecked(_options.RunSeed + stage * StageSeed))
        {
            GradientClipNorm = _options.GradientClipNorm,
            GradientClipValue = _options.GradientClipValue,
            AverageDecay = _options.AverageDecay,
            Frozen = _frozen,
            LearningRateFactors = LearningRateFactors(),
        };
        IRunSession session = _createSession(weights, options);
        return (session, new(_definition, _engine, session, _options.Optimizer));
    }

    private Dictionary<string, double> LearningRateFactors()
    {
        Dictionary<string, double> factors = [];
        foreach ((string path, double factor) in _options.LearningRateFactors.OrderBy(pair => pair.Key.Length))
        {
            foreach (ParameterSpec spec in _definition.ParametersOf(path))
                factors[spec.Name] = factor;
        }
        return factors;
    }

    /// <summary>A model of weights of the layers that are trained.</summary>
    private NetworkModel Model(NetworkWeights weights) => _prefix?.Join(weights) ?? new(_definition, weights);

    private EpochRecord RunEpoch(BatchPrefetcher batches)
    {
        int epoch = _history.Count;
        long started = Stopwatch.GetTimestamp();
        (double lossSum, double weightSum, double discriminatorSum, double rate) = (0, 0, 0, 0);
        int examples = 0;
        _progress.BeginEpoch(_history);
        for (int step = 0; step < _source.Steps; step++)
        {
            BatchBuffer batch = batches.Next(_cancellation);
            long runStep = (long)epoch * _source.Steps + step;
            rate = _schedule.Rate(runStep);
            double loss = _session.TrainStep(batch.Batch, rate, runStep);
            if (!double.IsFinite(loss))
                throw Diverged(_divergence.OfStep(loss, batch.Batch, _last), step, rate);
            // Not after every step, which would cost a pass over them.
            bool isFirst = step == 0 && epoch == 0, isLast = step == _source.Steps - 1;
            if ((isFirst || isLast) && _divergence.OfGradients(_last) is { } gradient)
                throw Diverged(gradient, step, rate);
            (lossSum, weightSum) = (lossSum + loss * _session.LossWeight, weightSum + _session.LossWeight);
            discriminatorSum += (_session.DiscriminatorLoss ?? 0) * _session.LossWeight;
            examples += batch.Count;
            // Until an example with a weight has come there is nothing to tell.
            if (weightSum > 0)
                _progress.StepEnded(step, examples, MeanLoss(), rate);
        }
        double trainingSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (_divergence.OfWeights(_last) is { } weight)
            throw Diverged(weight, _source.Steps - 1, rate);
        (double? Loss, double? Metric)? validation = _validation?.Run(_session.Scorer!, _cancellation);
        if (validation?.Loss is { } validationLoss && !double.IsFinite(validationLoss))
            throw Diverged(
                _divergence.OfScores("validation loss", validationLoss, _validation!.LastBatch, _last), _source.Steps - 1, rate);
        return new(
            epoch + 1,
            MeanLoss(),
            validation?.Loss,
            validation?.Metric,
            rate,
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            examples / trainingSeconds)
        {
            DiscriminatorLoss = _session.DiscriminatorLoss is null ? null : discriminatorSum / weightSum,
        };

        double MeanLoss() => _options.RequiredLoss.InUnit(lossSum / weightSum, _options.TargetUnit);
    }

    /// <summary>Lets history, schedule and early stopping know of an epoch.</summary>
    /// <returns>Whether it is the best so far.</returns>
    private bool Note(EpochRecord record)
    {
        _history.Add(record);
        _schedule.EpochEnded(record.Epoch - 1, record.ReferenceLoss);
        return _stopping.EpochEnded(record);
    }

    private TrainingCheckpoint? FindCheckpoint()
    {
        if (_options.Checkpoints?.Find() is not { } checkpoint)
            return null;
        string path = _options.Checkpoints.FilePath;
        if (!checkpoint.Definition.Equals(_definition))
            throw new InvalidOperationException($"The checkpoint '{path}' is of another network. {StartAfresh}");
        return RunFingerprint.Differences(checkpoint.Run, _fingerprint) is { Length: > 0 } differences
            ? throw new InvalidOperationException($"The checkpoint '{path}' is of another run: {differences}. {StartAfresh}")
            : checkpoint;
    }

    /// <summary>Schedule and early stopping are functions of the epochs' numbers, so they come back by hearing them
    /// again.</summary>
    private void Replay(TrainingCheckpoint checkpoint)
    {
        foreach (EpochRecord record in checkpoint.History)
        {
            if (_stopping.ShouldStop || _history.Count == _options.Epochs)
                throw new InvalidOperationException(
                    $"The checkpoint '{_options.Checkpoints!.FilePath}' is of epoch {checkpoint.History.Count}, but this run would " +
                    $"have ended after epoch {_history.Count}. {StartAfresh}");
            Note(record);
        }
    }

    private void SaveCheckpoint()
    {
        if (_options.Checkpoints is not { } checkpoints)
            return;
        bool isLast = _history.Count == _options.Epochs || _stopping.ShouldStop;
        if (!isLast && _history.Count % checkpoints.EveryEpochs != 0)
            return;
        NetworkWeights best = _stopping.BestEpoch > 0 ? _best : LastWeights;
        new TrainingCheckpoint(_definition, LastWeights, _session.ReadState(), best, _history, _fingerprint)
            .Save(checkpoints.FilePath);
    }

    private TrainingDivergedException Diverged(Divergence divergence, int step, double rate) => new(
        divergence, _history.Count + 1, step + 1, rate,
        clips: _options.GradientClipNorm is not null || _options.GradientClipValue is not null,
        _stopping.BestEpoch > 0 ? BestSoFar(StopReason.Diverged) : null);

    private TrainingResult BestSoFar(StopReason reason) => new(Model(_best), _history, _stopping.BestEpoch, reason);
}
