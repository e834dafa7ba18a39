namespace MLNetExtensions.Networks.Training;

/// <summary>What a training session needs to know beforehand to plan its memory.</summary>
/// <param name="BatchSize">The largest batch.</param>
/// <param name="Loss">What is minimised; null for a session that takes no steps of its own
/// (<see cref="ITrainingSession.Forward"/>, <see cref="ITrainingSession.Backward"/>,
/// <see cref="ITrainingSession.Update"/>).</param>
/// <param name="Optimizer">How weights change.</param>
/// <param name="Seed">Seed of dropout.</param>
public sealed record TrainingSessionOptions(int BatchSize, Loss? Loss, Optimizer Optimizer, int Seed)
{
    /// <summary>Whether <see cref="ITrainingSession.Backward"/> can give the gradients by the inputs.</summary>
    public bool InputGradients { get; init; }

    /// <summary>Whether <see cref="ITrainingSession.ReadOutputs"/> can give the outputs of a step.</summary>
    public bool KeepOutputs { get; init; }

    /// <summary>The largest Euclidean norm of all gradients together; longer ones are scaled down
    /// (PyTorch's <c>clip_grad_norm_</c>).</summary>
    public double? GradientClipNorm { get; init; }

    /// <summary>The largest magnitude of a gradient, infinite ones included (PyTorch's <c>clip_grad_value_</c>); applied before
    /// <see cref="GradientClipNorm"/>.</summary>
    public double? GradientClipValue { get; init; }

    /// <summary>Decay of an exponential moving average of the weights; the average is what
    /// <see cref="ITrainingSession.Infer(ReadOnlySpan{float}, int, Span{float})"/> and <see cref="ITrainingSession.ReadWeights"/>
    /// use. Buffers are copied.</summary>
    public double? AverageDecay { get; init; }

    /// <summary>How many times the learning rate parameters learn at, by their full names; those without an entry at the rate
    /// itself.</summary>
    public IReadOnlyDictionary<string, double> LearningRateFactors { get; init; } = new Dictionary<string, double>();

    /// <summary>The layers before those of the network, where it is the rest of one whose first layers were computed beforehand:
    /// what random layers draw goes by their place in the whole.</summary>
    internal int LayersBefore { get; init; }

    /// <summary>The full names of parameters and buffers that do not change; a batch normalisation whose weight
    /// or statistics are frozen uses its running statistics.</summary>
    public IReadOnlySet<string> Frozen { get; init; } = new HashSet<string>();
}
