namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Trains a generator and a discriminator against each other, with the order, augmentation, schedules, checkpoints, history,
/// progress and cancellation of <see cref="NetworkTrainer"/>: a run that was killed and resumed ends with the bits of one that
/// ran through.
/// </summary>
public static class AdversarialTrainer
{
    /// <summary>Trains a pair.</summary>
    /// <param name="networks">What is trained.</param>
    /// <param name="engine">What computes.</param>
    /// <param name="data">Real examples; of a conditional pair the targets are the classes, else they are not looked at.</param>
    /// <param name="options">How.</param>
    /// <param name="initialGenerator">Where the generator starts; drawn by the seed when null.</param>
    /// <param name="initialDiscriminator">Where the discriminator starts; drawn by the seed when null.</param>
    /// <param name="progress">Hears of the run about ten times a second, on the calling thread.</param>
    /// <param name="cancellation">Ends the run within the time of a batch.</param>
    /// <exception cref="ArgumentException">Data, options and networks don't fit; the message says which.</exception>
    /// <exception cref="TrainingDivergedException">A loss, a gradient or a weight became NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; checkpoints written so far are kept.</exception>
    /// <exception cref="FormatException">The checkpoint to resume from is broken.</exception>
    /// <exception cref="InvalidOperationException">The checkpoint to resume from is one of another run.</exception>
    public static AdversarialResult Fit(
        AdversarialNetworks networks,
        INetworkEngine engine,
        TrainingData data,
        AdversarialOptions options,
        NetworkWeights? initialGenerator = null,
        NetworkWeights? initialDiscriminator = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(networks);
        options = (AdversarialOptions)options.Copy();
        Check(networks, data, options);
        AdversarialLoss loss = new(options.Objective, options.LabelSmoothing);
        NetworkWeights? initial = initialGenerator is null && initialDiscriminator is null
            ? null
            : new([
                .. AdversarialNetworks.Named(
                    AdversarialNetworks.GeneratorName, Start(networks.Generator, initialGenerator, options.RunSeed)),
                .. AdversarialNetworks.Named(
                    AdversarialNetworks.DiscriminatorName, Start(networks.Discriminator, initialDiscriminator, options.RunSeed)),
            ]);
        TrainingOptions ofRun = options with { Loss = loss, Callbacks = [new LatestEpoch(), .. options.Callbacks] };
        using TrainingRun run = new(
            networks.Definition, engine, data, validation: null, ofRun, initial, progress, cancellation,
            createSession: (weights, session) => new AdversarialSession(networks, engine, weights, loss, options, session));
        TrainingResult result = run.Execute();
        return new(
            new(networks.Generator, Part(AdversarialNetworks.GeneratorName)),
            new(networks.Discriminator, Part(AdversarialNetworks.DiscriminatorName)),
            result.History,
            result.StopReason);

        NetworkWeights Part(string name) => AdversarialNetworks.Part(result.Model.Weights, name);
    }

    private static NetworkWeights Start(NetworkDefinition network, NetworkWeights? weights, int seed)
    {
        weights?.CheckFits(network);
        return weights ?? NetworkWeights.Initialize(network, seed);
    }

    private static void Check(AdversarialNetworks networks, TrainingData data, AdversarialOptions options)
    {
        NetworkTrainer.Check(options);
        NetworkTrainer.CheckNames(options, networks.Definition);
        options.DiscriminatorOptimizer?.Check();
        if (options.Loss is not null || options.AllCallbacks.Any(callback => callback.ChoosesBest))
            throw new ArgumentException(
                "An adversarial pair has its own losses, which don't tell when to stop: leave Loss and EarlyStopping out.");
        if (!options.Mixing.IsEmpty || options.GroupByLength)
            throw new ArgumentException(
                "An adversarial pair takes examples as they are and of one length: leave Mixing and GroupByLength out.");
        if (options.FrozenEpochs.Count > 0 || options.LearningRateFactors.Count > 0)
            throw new ArgumentException(
                "An adversarial pair learns at one rate from the first epoch on: leave FrozenEpochs and LearningRateFactors out.");
        if (!options.Metrics.IsEmpty || options.AccumulateSteps != 1)
            throw new ArgumentException(
                "An adversarial pair has no outputs to measure and takes its own steps: leave Metrics and AccumulateSteps out.");
        if (!(options.LabelSmoothing is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(
                nameof(options), options.LabelSmoothing, $"{nameof(options.LabelSmoothing)} must be in [0, 1).");
        if (options.LabelSmoothing > 0 && options.Objective == AdversarialObjective.Hinge)
            throw new ArgumentException("The hinge objective has no targets to smooth: leave LabelSmoothing out.");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.DiscriminatorSteps, 1, nameof(options.DiscriminatorSteps));
        NetworkTrainer.CheckExamples("training", data);
        if (!data.FeatureShape.Equals(networks.Generator.OutputShape))
            throw new ArgumentException(
                $"The training examples have shape {data.FeatureShape} but the generator makes {networks.Generator.OutputShape}.");
        NetworkTrainer.CheckAugmentations(options, networks.Discriminator, data.FeatureShape);
        for (int row = 0; row < data.Count && networks.Classes > 0; row++)
        {
            float label = data.Targets(row)[0];
            if (data.TargetSize != 1 || !(label >= 0 && label < networks.Classes) || label != MathF.Floor(label))
                throw new ArgumentException(
                    $"The target {label} of example {row} is no class from 0 to {networks.Classes - 1}, which the pair takes.");
        }
    }
}
