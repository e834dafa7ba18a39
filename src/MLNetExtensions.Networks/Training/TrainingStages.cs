namespace MLNetExtensions.Networks.Training;

/// <summary>The sessions of a run: one, or one after the other where more of the network begins to learn
/// (<see cref="TrainingOptions.FrozenEpochs"/>). Epochs are counted from 0.</summary>
/// <param name="network">What is trained.</param>
/// <param name="engine">What computes.</param>
/// <param name="options">How.</param>
/// <param name="batchSize">The examples of a full batch.</param>
/// <param name="steps">The steps of an epoch.</param>
/// <param name="layersBefore">The layers before the network's, of what was computed beforehand.</param>
/// <param name="createSession">Makes what trains; null for a session of the one network.</param>
internal sealed class TrainingStages(
    NetworkDefinition network,
    INetworkEngine engine,
    TrainingOptions options,
    int batchSize,
    int steps,
    int layersBefore,
    Func<NetworkWeights, TrainingSessionOptions, IRunSession>? createSession)
{
    /// <summary>How far the seeds of sessions that follow each other lie apart: they draw other random numbers.</summary>
    private const int SeedStep = 0x3C6EF372;

    /// <summary>The full names of what is frozen to the end.</summary>
    public IReadOnlySet<string> AlwaysFrozen => FrozenIn(int.MaxValue);

    /// <summary>Whether an epoch needs another session than the one before.</summary>
    public bool Begins(int epoch) =>
        epoch > 0 && options.FrozenEpochs.Count > 0 && !FrozenIn(epoch).SetEquals(FrozenIn(epoch - 1));

    /// <summary>The session of an epoch.</summary>
    public IRunSession Open(NetworkWeights weights, int epoch)
    {
        int stage = options.FrozenEpochs.Values.Distinct().Count(epochs => epochs <= epoch);
        TrainingSessionOptions session = new(
            batchSize, options.RequiredLoss, options.Optimizer, unchecked(options.RunSeed + stage * SeedStep))
        {
            GradientClipNorm = options.GradientClipNorm,
            GradientClipValue = options.GradientClipValue,
            AverageDecay = options.AverageDecay,
            Frozen = FrozenIn(epoch),
            LearningRateFactors = LearningRateFactors(),
            KeepOutputs = !options.Metrics.IsEmpty,
            LayersBefore = layersBefore,
        };
        return createSession is null
            ? new NetworkRunSession(
                engine.CreateTrainingSession(network, weights, session), options.AccumulateSteps, steps)
            : createSession(weights, session);
    }

    private HashSet<string> FrozenIn(int epoch) =>
    [
        .. options.Frozen.Concat(options.FrozenEpochs.Where(stage => epoch < stage.Value).Select(stage => stage.Key))
            .SelectMany(network.ParametersOf).Select(spec => spec.Name),
    ];

    /// <summary>The factor of each parameter that has one: that of the longest path to it.</summary>
    private Dictionary<string, double> LearningRateFactors()
    {
        Dictionary<string, double> factors = [];
        foreach ((string path, double factor) in options.LearningRateFactors.OrderBy(pair => pair.Key.Length))
        {
            foreach (ParameterSpec spec in network.ParametersOf(path))
                factors[spec.Name] = factor;
        }
        return factors;
    }
}
