using System.Diagnostics;

namespace MLNetExtensions.Networks.Training;

/// <summary>One run of <see cref="NetworkTrainer"/>: the state between epochs, and the loop.</summary>
internal sealed class TrainingRun : ITrainingRun, IDisposable
{
    private readonly INetworkEngine _engine;
    private readonly TrainingOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly BatchSource _source;
    private readonly ValidationPass? _validation;
    private readonly IRunningSchedule _schedule;
    private readonly CallbackList _callbacks;
    private readonly TrainingStages _stages;
    private readonly FrozenPrefix? _prefix;
    private readonly RunCheckpoints _checkpoints;
    private IRunSession _session;
    private DivergenceFinder _divergence;

    /// <summary>What is measured of the training set, and the outputs of a step; null for nothing.</summary>
    private readonly MetricSet? _metrics;
    private readonly float[] _outputs;

    /// <summary>The weights of the best epoch so far, and those of the last one where that is another.</summary>
    private NetworkWeights _best, _last;

    /// <summary>The sums that the mean training loss of the epoch is made of.</summary>
    private double _lossSum, _lossWeight, _discriminatorSum;

    private bool _isStopping, _stoppedInEpoch, _epochEnded, _restoreBest;

    // prefix is what was computed beforehand, lengths are those to group the examples by, createSession makes what trains; null
    // for a session of the one network.
    public TrainingRun(
        NetworkDefinition definition,
        INetworkEngine engine,
        TrainingData data,
        TrainingData? validation,
        TrainingOptions options,
        NetworkWeights? initialWeights,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation,
        FrozenPrefix? prefix = null,
        int[]? lengths = null,
        Func<NetworkWeights, TrainingSessionOptions, IRunSession>? createSession = null)
    {
        (Network, _engine, Data, Validation) = (definition, engine, data, validation);
        (_options, _cancellation, _prefix) = (options, cancellation, prefix);
        RowLayout outputs = definition.OutputLayout;
        Metrics = options.Metrics.IsEmpty ? [TrainingMetric.For(options.RequiredLoss, outputs)] : options.Metrics;
        _source = new(data, options, definition, lengths);
        _stages = new(definition, engine, options, _source.BatchSize, Steps, prefix?.LayersBefore ?? 0, createSession);
        new OneExampleCheck(definition, _stages.AlwaysFrozen).Require(_source.SmallestStep, _source.MoreExamplesAStep);
        _validation = validation is null
            ? null
            : new(
                validation, options.RequiredLoss, new(Metrics, outputs, options.TargetUnit), options.TargetUnit,
                _source.BatchSize, outputs);
        _metrics = options.Metrics.IsEmpty ? null : new(Metrics, outputs, options.TargetUnit);
        _outputs = new float[_metrics is null ? 0 : _source.BatchSize * outputs.Size];
        _schedule = options.Schedule.Start(options.BaseLearningRate, options.Epochs, _source.Steps);
        History = new(Metrics[0].Name, []);
        IReadOnlyList<TrainingCallback> callbacks = CallbackList.Of(options, progress);
        _callbacks = CallbackList.Start(callbacks, this);
        try
        {
            _checkpoints = new(definition, callbacks.Any(callback => callback.SavesCheckpoints)
                ? RunFingerprint.Of(engine, data, validation, options, initialWeights, callbacks, cancellation)
                : null);
            TrainingCheckpoint? checkpoint = _checkpoints.Find(callbacks);
            if (checkpoint is not null)
                Replay(checkpoint);
            NetworkWeights weights =
                checkpoint?.Weights ?? initialWeights ?? NetworkWeights.Initialize(definition, options.RunSeed);
            _best = (checkpoint?.Best ?? weights).Clone();
            _last = checkpoint?.Weights ?? weights.Clone();
            // A checkpoint's state is that of the epoch it was written after.
            (_session, _divergence) = Open(weights, Math.Max(History.Count - 1, 0));
            if (checkpoint is not null)
                RunCheckpoints.TakeUp(checkpoint, _session, _callbacks);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public NetworkDefinition Network { get; }

    public INetworkEngine Engine => _engine;

    public TrainingOptions Options => _options;

    public TrainingData Data { get; }

    public TrainingData? Validation { get; }

    public IReadOnlyList<TrainingMetric> Metrics { get; }

    public int Steps => _source.Steps;

    public int Epoch { get; private set; }

    public int Step { get; private set; }

    public int Examples { get; private set; }

    public double LearningRate { get; set; }

    public double BatchLoss { get; private set; } = double.NaN;

    public double Loss => _options.RequiredLoss.InUnit(_lossSum / _lossWeight, _options.TargetUnit);

    public TrainingHistory History { get; }

    public int BestEpoch { get; private set; }

    public NetworkModel BestModel => Model(_best);

    public bool IsEnding => _isStopping || History.Count == _options.Epochs;

    /// <summary>The weights of the last epoch, or of the step at which the run was stopped.</summary>
    private NetworkWeights LastWeights => BestEpoch == History.Count && !_stoppedInEpoch ? _best : _last;

    public TrainingResult Execute()
    {
        using BatchPrefetcher batches = new(_source, History.Count, _options.Epochs, _session.TakesSparseRows);
        StopReason reason = StopReason.Completed;
        _callbacks.TrainingBegin(this);
        try
        {
            while (!IsEnding)
                RunEpoch(batches);
            if (_isStopping)
                reason = StopReason.EarlyStopped;
        }
        catch (OperationCanceledException) when (_options.KeepResultWhenCanceled && BestEpoch > 0)
        {
            (reason, _restoreBest) = (StopReason.Canceled, true);
        }
        _callbacks.TrainingEnd(this);
        return _restoreBest && BestEpoch > 0
            ? BestSoFar(reason)
            : new(Model(LastWeights), History, BestEpoch, reason);
    }

    public void Stop() => _isStopping = true;

    public void MarkBest()
    {
        RequireEpochEnded(nameof(MarkBest));
        if (BestEpoch == History.Count)
            return;
        BestEpoch = History.Count;
        (_best, _last) = (_last, _best);
    }

    public void RestoreBest() => _restoreBest = true;

    public void Warn(string message) => _options.Warned?.Invoke(message);

    public NetworkWeights ReadWeights(NetworkWeights? into)
    {
        into ??= _best.Clone();
        _session.ReadWeights(into);
        return into;
    }

    public NetworkWeights ReadGradients(NetworkWeights? into)
    {
        into ??= _best.Clone();
        _session.ReadGradients(into);
        return into;
    }

    public void SaveCheckpoint(string path)
    {
        RequireEpochEnded(nameof(SaveCheckpoint));
        NetworkWeights best = BestEpoch > 0 ? _best : LastWeights;
        _checkpoints.Save(path, LastWeights, _session.ReadState(), best, History, _callbacks);
    }

    public void Dispose()
    {
        _callbacks.Dispose();
        _session?.Dispose();
    }

    private (IRunSession Session, DivergenceFinder Divergence) Open(NetworkWeights weights, int epoch)
    {
        IRunSession session = _stages.Open(weights, epoch);
        return (session, new(Network, _engine, session, _options.Optimizer));
    }

    /// <summary>A model of the weights of what is trained.</summary>
    private NetworkModel Model(NetworkWeights weights) => _prefix?.Join(weights) ?? new(Network, weights);

    private void RunEpoch(BatchPrefetcher batches)
    {
        if (_stages.Begins(History.Count))
        {
            _session.Dispose();
            (_session, _divergence) = Open(LastWeights, History.Count);
        }
        long started = Stopwatch.GetTimestamp();
        (Epoch, Step, Examples) = (History.Count + 1, 0, 0);
        (_lossSum, _lossWeight, _discriminatorSum) = (0, 0, 0);
        _metrics?.Reset();
        _callbacks.EpochBegin(this);
        while (Step < Steps && !_isStopping)
            RunStep(batches.Next(_cancellation));
        double trainingSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (_divergence.OfWeights(_last) is { } weight)
            throw Diverged(weight);
        _stoppedInEpoch = _isStopping;
        if (_stoppedInEpoch)
            return;
        (double? Loss, MetricValues Metrics)? validation = Validate();
        EpochRecord record = new(
            Epoch,
            Loss,
            validation?.Loss,
            LearningRate,
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            Examples / trainingSeconds)
        {
            Metrics = TrainingMetrics(),
            ValidationMetrics = validation?.Metrics ?? MetricValues.None,
        };
        if (validation is not null)
            _callbacks.ValidationEnd(this, record);
        History.Add(record);
        _schedule.EpochEnded(record.Epoch - 1, record.ReferenceLoss);
        _epochEnded = true;
        _callbacks.EpochEnd(this, record);
        _epochEnded = false;
    }

    private void RunStep(BatchBuffer batch)
    {
        long runStep = (long)(Epoch - 1) * Steps + Step++;
        LearningRate = _schedule.Rate(runStep);
        _callbacks.BatchBegin(this);
        double loss = _session.TrainStep(batch.Batch, LearningRate, runStep);
        if (!double.IsFinite(loss))
            throw Diverged(_divergence.OfStep(loss, batch.Batch, _last));
        // Not after every step, which would cost a pass over them.
        if (((Step == 1 && Epoch == 1) || Step == Steps) && _divergence.OfGradients(_last) is { } gradient)
            throw Diverged(gradient);
        BatchLoss = _options.RequiredLoss.InUnit(loss, _options.TargetUnit);
        (_lossSum, _lossWeight) = (_lossSum + loss * _session.LossWeight, _lossWeight + _session.LossWeight);
        _discriminatorSum += (_session.DiscriminatorLoss ?? 0) * _session.LossWeight;
        Examples += batch.Count;
        if (_metrics is not null)
            Measure(batch);
        _callbacks.BatchEnd(this);
    }

    /// <summary>What was measured of the training set in this epoch.</summary>
    private MetricValues TrainingMetrics() => _session.DiscriminatorLoss is null
        ? _metrics?.Values ?? MetricValues.None
        : new(AdversarialLoss.MetricName, _discriminatorSum / _lossWeight);

    private void Measure(BatchBuffer batch)
    {
        Span<float> outputs = _outputs.AsSpan(0, batch.Count * Network.OutputLayout.Size);
        _session.ReadOutputs(outputs);
        TrainingBatch examples = batch.Batch;
        _metrics!.Add(new OutputBatch<float>(Network.OutputLayout, outputs, examples.Targets, examples.Weights));
        if (examples.IsMixed)
            _metrics.Add(new OutputBatch<float>(Network.OutputLayout, outputs, examples.OtherTargets, examples.OtherWeights));
    }

    private (double? Loss, MetricValues Metrics)? Validate()
    {
        if (_validation is null)
            return null;
        _callbacks.ValidationBegin(this);
        (double? Loss, MetricValues Metrics) found = _validation.Run(_session.Scorer!, _cancellation);
        return found.Loss is { } loss && !double.IsFinite(loss)
            ? throw Diverged(_divergence.OfScores("validation loss", loss, _validation.LastBatch, _last))
            : found;
    }

    /// <summary>Schedule and early stopping are functions of the epochs' numbers, so they come back by hearing them
    /// again.</summary>
    private void Replay(TrainingCheckpoint checkpoint)
    {
        foreach (EpochRecord record in checkpoint.History)
        {
            if (IsEnding)
                throw RunCheckpoints.BeyondTheEnd(checkpoint, History.Count);
            Epoch = record.Epoch;
            History.Add(record);
            _schedule.EpochEnded(record.Epoch - 1, record.ReferenceLoss);
            _epochEnded = true;
            _callbacks.EpochReplayed(this, record);
            _epochEnded = false;
        }
    }

    private void RequireEpochEnded(string what)
    {
        if (!_epochEnded)
            throw new InvalidOperationException($"{what} is for the end of an epoch only.");
    }

    private TrainingDivergedException Diverged(Divergence divergence) => new(
        divergence, Epoch, Step, LearningRate,
        clips: _options.GradientClipNorm is not null || _options.GradientClipValue is not null,
        BestEpoch > 0 ? BestSoFar(StopReason.Diverged) : null);

    private TrainingResult BestSoFar(StopReason reason) => new(Model(_best), History, BestEpoch, reason);
}
