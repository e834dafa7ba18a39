namespace MLNetExtensions.Networks.Training;

/// <summary>
/// The one training loop, on top of any engine: order, augmentation, schedules, validation, early stopping, checkpoints, history,
/// progress and cancellation are the same on all of them. One seed, one result, on any number of threads.
/// </summary>
public static class NetworkTrainer
{
    /// <summary>Trains a network.</summary>
    /// <param name="definition">What is trained.</param>
    /// <param name="engine">What computes.</param>
    /// <param name="data">The examples to learn from.</param>
    /// <param name="validation">The examples to validate with after each epoch; null for none.</param>
    /// <param name="options">How; without a <see cref="TrainingOptions.Seed"/> it is 0.</param>
    /// <param name="initialWeights">Where to start: a warm start, or transfer learning with what
    /// <see cref="NetworkWeights.LoadMatching"/> took from another network. Drawn by the seed when null.</param>
    /// <param name="progress">Hears of the run about ten times a second, on the calling thread.</param>
    /// <param name="cancellation">Ends the run within the time of a batch, be it trained on, validated with or read.</param>
    /// <exception cref="ArgumentException">Data, options and network don't fit; the message says which.</exception>
    /// <exception cref="TrainingDivergedException">The loss, a gradient or a weight became NaN or infinite; what it was and the
    /// best model so far are in the exception.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; checkpoints written so far are kept.</exception>
    /// <exception cref="FormatException">The checkpoint to resume from is broken.</exception>
    /// <exception cref="InvalidOperationException">The checkpoint to resume from is one of another run.</exception>
    public static TrainingResult Fit(
        NetworkDefinition definition,
        INetworkEngine engine,
        TrainingData data,
        TrainingData? validation,
        TrainingOptions options,
        NetworkWeights? initialWeights = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options = options.Copy();
        Check(options);
        Check("training", data, definition, options);
        if (validation is not null)
            Check("validation", validation, definition, options);
        CheckAugmentations(options, definition, data.FeatureShape);
        foreach (ExampleMixing mixing in options.Mixing)
            mixing.Check(data.FeatureShape);
        CheckMixing(options, definition);
        CheckNames(options, definition);
        CheckLogits(definition, options.RequiredLoss);
        foreach (TrainingMetric metric in options.Metrics)
            Check(metric, definition.OutputLayout, options.RequiredLoss.TargetSize(definition.OutputLayout));
        initialWeights?.CheckFits(definition);
        CheckLossWeight(data, validation, options, definition.OutputLayout);
        // Of the examples themselves: what is computed beforehand has no ids any more.
        int[]? lengths = options.GroupByLength ? SequenceLengths.Of(definition, data, cancellation) : null;

        FrozenPrefix? prefix =
            FrozenPrefix.Find(definition, options, data.Count + (validation?.Count ?? 0), initialWeights);
        if (prefix is not null)
        {
            data = prefix.Compute(data, engine, options.BatchSize, cancellation);
            validation = validation is null ? null : prefix.Compute(validation, engine, options.BatchSize, cancellation);
            (definition, initialWeights) = (prefix.Rest, prefix.RestWeights);
        }
        using TrainingRun run =
            new(definition, engine, data, validation, options, initialWeights, progress, cancellation, prefix, lengths);
        return run.Execute();
    }

    internal static void Check(TrainingOptions options)
    {
        Require(options.Epochs >= 1, nameof(options.Epochs), options.Epochs, "at least 1");
        Require(options.BatchSize >= 1, nameof(options.BatchSize), options.BatchSize, "at least 1");
        if (options.Metrics.GroupBy(metric => metric.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"Metrics has '{twice.Key}' twice.");
        Require(options.AccumulateSteps >= 1, nameof(options.AccumulateSteps), options.AccumulateSteps, "at least 1");
        Require(IsAboveZero(options.BaseLearningRate), nameof(options.LearningRate), options.LearningRate, "above 0");
        Require(
            options.PreparationThreads is not < 1, nameof(options.PreparationThreads), options.PreparationThreads, "at least 1");
        foreach ((string path, int epochs) in options.FrozenEpochs)
            Require(epochs >= 1, $"{nameof(options.FrozenEpochs)}[{path}]", epochs, "at least 1");
        foreach ((string path, double factor) in options.LearningRateFactors)
            Require(IsAboveZero(factor), $"{nameof(options.LearningRateFactors)}[{path}]", factor, "above 0");
        options.Optimizer.Check();
        Require(IsAboveZero(options.TargetUnit), nameof(options.TargetUnit), options.TargetUnit, "above 0");
        Require(options.GradientClipNorm is null || IsAboveZero(options.GradientClipNorm.Value),
            nameof(options.GradientClipNorm), options.GradientClipNorm, "above 0");
        Require(options.GradientClipValue is null || IsAboveZero(options.GradientClipValue.Value),
            nameof(options.GradientClipValue), options.GradientClipValue, "above 0");
        Require(options.AverageDecay is null or (>= 0 and < 1), nameof(options.AverageDecay), options.AverageDecay, "in [0, 1)");
    }

    /// <summary>Throws where an augmentation does not fit the examples.</summary>
    internal static void CheckAugmentations(TrainingOptions options, NetworkDefinition definition, TensorShape examples)
    {
        foreach (Augmentation augmentation in options.Augmentations)
        {
            TensorShape[] shapes = augmentation.ChangesIds ? [.. definition.IdInputs.Select(input => input.Shape)] : [examples];
            if (shapes.Length == 0)
                throw new ArgumentException(
                    $"{augmentation.GetType().Name} changes ids, but the network has no input of ids " +
                    $"({nameof(NetworkBuilder)}.{nameof(NetworkBuilder.InputIds)}). Leave it out of " +
                    $"{nameof(options.Augmentations)}.");
            foreach (TensorShape shape in shapes)
                augmentation.Check(shape);
        }
    }

    /// <summary>Throws where ids would be mixed, whose mean is another one's id.</summary>
    private static void CheckMixing(TrainingOptions options, NetworkDefinition definition)
    {
        if (!options.Mixing.IsEmpty && definition.IdInputs.FirstOrDefault() is { } ids)
            throw new ArgumentException(
                $"{nameof(options.Mixing)} takes a mean of features, but the network's input '{ids.Name}' takes ids, whose " +
                "mean stands for something else. Leave it empty.");
    }

    /// <summary>Throws where an option names parts that the network does not have.</summary>
    internal static void CheckNames(TrainingOptions options, NetworkDefinition definition)
    {
        Check(nameof(options.Frozen), options.Frozen);
        Check(nameof(options.FrozenEpochs), options.FrozenEpochs.Keys);
        Check(nameof(options.LearningRateFactors), options.LearningRateFactors.Keys);
        HashSet<string> frozen = [.. options.Frozen.SelectMany(definition.ParametersOf).Select(spec => spec.Name)];
        foreach ((string path, int epochs) in options.FrozenEpochs)
        {
            if (definition.ParametersOf(path).All(spec => frozen.Contains(spec.Name)))
                throw new ArgumentException(
                    $"{nameof(options.FrozenEpochs)} lets '{path}' learn after {epochs} epochs, but {nameof(options.Frozen)} " +
                    "keeps it as it is to the end. Name it in one of the two.");
        }

        void Check(string option, IEnumerable<string> paths)
        {
            if (paths.FirstOrDefault(path => !definition.ParametersOf(path).Any()) is string unknown)
                throw new ArgumentException(
                    $"{option} names '{unknown}', but the network has no such parameter, layer or group of layers. It has " +
                    $"{string.Join(", ", definition.Parameters.Select(spec => spec.Name.Split('.')[0]).Distinct())}.");
        }
    }

    /// <summary>Throws unless there are examples that count.</summary>
    internal static void CheckExamples(string role, TrainingData data)
    {
        if (data.Count == 0)
            throw new ArgumentException($"The {role} set has no examples.");
        if (data.HasWeights && Enumerable.Range(0, data.Count).All(row => data.Weight(row) == 0))
            throw new ArgumentException($"Every {role} example has weight 0.");
    }

    private static void Check(string role, TrainingData data, NetworkDefinition definition, TrainingOptions options)
    {
        CheckExamples(role, data);
        if (!data.FeatureShape.Equals(definition.InputShape))
            throw new ArgumentException(
                $"The {role} examples have shape {data.FeatureShape} but the network takes {definition.InputShape}.");
        int targets = options.RequiredLoss.TargetSize(definition.OutputLayout);
        if (data.TargetSize != targets)
            throw new ArgumentException(
                $"The {role} examples have {data.TargetSize} targets each, but {options.RequiredLoss.GetType().Name} needs " +
                $"{targets} for {definition.OutputLayout.Size} outputs.");
    }

    /// <summary>Throws where nothing could be learned from, or stopped by.</summary>
    private static void CheckLossWeight(TrainingData data, TrainingData? validation, TrainingOptions options, RowLayout outputs)
    {
        if (!HasWeight(data, options.RequiredLoss, outputs))
            throw new ArgumentException(
                $"No training example has a weight in the loss: {options.RequiredLoss} gives 0 to all of them.");
        bool isWatched = options.AllCallbacks.OfType<EarlyStopping>().Any(stopping => stopping.Monitor == MonitoredQuantity.Loss);
        if (validation is not null && isWatched && !HasWeight(validation, options.RequiredLoss, outputs))
            throw new ArgumentException(
                $"Early stopping watches the validation loss, but {options.RequiredLoss} gives every validation example the " +
                $"weight 0. Let it watch {nameof(MonitoredQuantity.ValidationMetric)} or " +
                $"{nameof(MonitoredQuantity.TrainingLoss)}.");
    }

    /// <summary>Whether a loss gives any example a weight. What it weighs by does not depend on the outputs.</summary>
    private static bool HasWeight(TrainingData data, Loss loss, RowLayout outputs)
    {
        const int Chunk = 256;
        int[] rows = new int[Math.Min(Chunk, data.Count)];
        float[] zeros = new float[rows.Length * outputs.Size], targets = new float[rows.Length * data.TargetSize];
        float[] weights = new float[rows.Length];
        for (int start = 0; start < data.Count; start += rows.Length)
        {
            int count = Math.Min(rows.Length, data.Count - start);
            for (int i = 0; i < count; i++)
                rows[i] = start + i;
            data.CopyTargets(rows.AsSpan(0, count), targets);
            data.CopyWeights(rows.AsSpan(0, count), weights);
            OutputBatch<float> batch = new(
                outputs, zeros.AsSpan(0, count * outputs.Size), targets.AsSpan(0, count * data.TargetSize),
                weights.AsSpan(0, count));
            if (loss.Accumulate(batch).Weight > 0)
                return true;
        }
        return false;
    }

    /// <summary>Throws where a metric would compare what can't be compared, and give a number all the same.</summary>
    private static void Check(TrainingMetric metric, RowLayout outputs, int targets)
    {
        if (outputs.Names.Count() > 1 && (metric.IsOfClasses || metric.IsOfNumbers))
            throw new ArgumentException(
                $"{metric.GetType().Name} measures one output, but the network has {string.Join(", ", outputs.Names)}. Say " +
                $"which one: {nameof(CompositeLoss)}.{nameof(CompositeLoss.MetricOf)}.");
        if (metric is AccuracyMetric or TopKAccuracyMetric && (targets != 1 || outputs.Size == 1))
            throw new ArgumentException(
                $"{metric.GetType().Name} compares several logits with the index of a class, but there are {outputs.Size} " +
                $"outputs and {targets} targets; take {nameof(BinaryAccuracyMetric)} for targets of 0 and 1, or " +
                $"{nameof(SequenceAccuracyMetric)} for a class at each place.");
    }

    private static void CheckLogits(NetworkDefinition definition, Loss loss, string? output = null)
    {
        if (loss is CompositeLoss composite)
        {
            foreach (OutputLoss part in composite.Parts)
                CheckLogits(definition, part.Loss, part.Output);
            return;
        }
        bool takesLogits = loss is CrossEntropyLoss or BinaryCrossEntropyLoss or SequenceCrossEntropyLoss
            or EvidenceLowerBoundLoss { Likelihood: ReconstructionLikelihood.Bernoulli };
        NetworkNode last =
            definition.OutputNode(loss is EvidenceLowerBoundLoss ? Architectures.VariationalAutoencoder.Reconstruction : output);
        if (takesLogits && last.Layer is Sigmoid or Softmax)
            throw new ArgumentException(
                $"The network ends in {last.Layer.GetType().Name} ('{last.Name}'), but {loss.GetType().Name} " +
                "takes logits and applies it itself, so it would be applied twice. Leave that layer out of the network.");
    }

    private static bool IsAboveZero(double value) => value > 0 && double.IsFinite(value);

    private static void Require(bool valid, string name, object? value, string requirement)
    {
        if (!valid)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {requirement}.");
    }
}
