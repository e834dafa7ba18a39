using System.Diagnostics;

namespace MLNetExtensions.Networks.Training;

/// <summary>One run of <see cref="NetworkTrainer"/>: the state between epochs, and the loop.</summary>
internal sealed class TrainingRun : IDisposable
{
    private const string StartAfresh = "Choose another folder, delete the file, or set Resume to false.";

    private readonly NetworkDefinition _definition;
    private readonly TrainingOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly BatchSource _source;
    private readonly ValidationPass? _validation;
    private readonly IRunningSchedule _schedule;
    private readonly EarlyStoppingMonitor _stopping;
    private readonly TrainingHistory _history;
    private readonly IRunSession _session;
    private readonly ProgressReporter _progress;
    private readonly IReadOnlyDictionary<string, string> _fingerprint;
    private readonly DivergenceFinder _divergence;

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
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation,
        Func<NetworkWeights, TrainingSessionOptions, IRunSession>? createSession = null)
    {
        (_definition, _options, _cancellation) = (definition, options, cancellation);
        RowLayout outputs = definition.OutputLayout;
        TrainingMetric metric = options.Metric ?? TrainingMetric.For(options.RequiredLoss, outputs);
        _source = new(data, options);
        HashSet<string> frozen = [.. options.Frozen.SelectMany(definition.ParametersOf).Select(spec => spec.Name)];
        new OneExampleCheck(definition, frozen).Require(_source.SmallestStep, _source.MoreExamplesAStep);
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
        TrainingSessionOptions session = new(_source.BatchSize, options.RequiredLoss, options.Optimizer, options.RunSeed)
        {
            GradientClipNorm = options.GradientClipNorm,
            GradientClipValue = options.GradientClipValue,
            AverageDecay = options.AverageDecay,
            Frozen = frozen,
        };
        createSession ??= (start, given) => new NetworkRunSession(engine.CreateTrainingSession(definition, start, given));
        _session = createSession(weights, session);
        _divergence = new(definition, engine, _session, options.Optimizer);
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
        return new(new(_definition, LastWeights), _history, _stopping.BestEpoch, reason);
    }

    public void Dispose() => _session.Dispose();

    /// <summary>The weights of the last epoch.</summary>
    private NetworkWeights LastWeights => _stopping.BestEpoch == _history.Count ? _best : _last;

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

    private TrainingResult BestSoFar(StopReason reason) => new(new(_definition, _best), _history, _stopping.BestEpoch, reason);
}
