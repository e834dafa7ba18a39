namespace MLNetExtensions.Networks.Training;

/// <summary>Executes networks. The training loop, early stopping, schedules and so on are written once, on top of this.</summary>
public interface INetworkEngine
{
    /// <summary>The name in messages: <c>managed (AVX-512, 2 threads)</c>.</summary>
    string Name { get; }

    /// <summary>A session that trains <paramref name="network"/>, starting from a copy of <paramref name="weights"/>.</summary>
    /// <exception cref="NotSupportedException">The engine lacks a layer, loss or optimiser; the message names it.</exception>
    ITrainingSession CreateTrainingSession(NetworkDefinition network, NetworkWeights weights, TrainingSessionOptions options);

    /// <summary>A session that scores up to <paramref name="maxBatchSize"/> examples at a time.</summary>
    IInferenceSession CreateInferenceSession(NetworkModel model, int maxBatchSize);
}

/// <summary>What a training session needs to know beforehand to plan its memory.</summary>
/// <param name="BatchSize">The largest batch.</param>
/// <param name="Loss">What is minimised.</param>
/// <param name="Optimizer">How weights change.</param>
/// <param name="Seed">Seed of dropout.</param>
public sealed record TrainingSessionOptions(int BatchSize, Loss Loss, Optimizer Optimizer, int Seed)
{
    /// <summary>The largest Euclidean norm of all gradients together; longer ones are scaled down
    /// (PyTorch's <c>clip_grad_norm_</c>).</summary>
    public double? GradientClipNorm { get; init; }

    /// <summary>The largest magnitude of a gradient; applied before <see cref="GradientClipNorm"/>.</summary>
    public double? GradientClipValue { get; init; }

    /// <summary>Decay of an exponential moving average of the weights; the average is what <see cref="ITrainingSession.Infer"/>
    /// and <see cref="ITrainingSession.ReadWeights"/> use. Buffers are copied.</summary>
    public double? AverageDecay { get; init; }

    /// <summary>Parameters that do not change; a batch normalisation whose weight is
    /// frozen uses its running statistics.</summary>
    public IReadOnlySet<string> Frozen { get; init; } = new HashSet<string>();
}

/// <summary>A network in training: weights, gradients, optimiser state and the memory for a batch.</summary>
public interface ITrainingSession : IDisposable
{
    /// <summary>One step: forward, loss, backward, update.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <returns>The weighted mean loss of the batch, before the update; NaN or infinite when training diverged (the
    /// weights are then left as they were).</returns>
    double TrainStep(in TrainingBatch batch, double learningRate);

    /// <summary>Forward and backward without an update; the gradients can be read until the next step.</summary>
    double ComputeGradients(in TrainingBatch batch);

    /// <summary>Copies the gradients of the last step into <paramref name="gradients"/>, by parameter name.</summary>
    void ReadGradients(NetworkWeights gradients);

    /// <summary>The outputs in scoring mode (no dropout, running statistics), row-major [count×output shape].</summary>
    void Infer(ReadOnlySpan<float> features, int count, Span<float> outputs);

    /// <summary>Copies the weights and buffers into <paramref name="weights"/>.</summary>
    void ReadWeights(NetworkWeights weights);

    /// <summary>Replaces the weights and buffers, of a moving average too; the optimiser's state stays.</summary>
    void WriteWeights(NetworkWeights weights);

    /// <summary>Everything a resumed run needs besides the weights: the optimiser's state, step counts, the raw
    /// weights under a moving average.</summary>
    NetworkWeights ReadState();

    /// <summary>Restores what <see cref="ReadState"/> gave.</summary>
    /// <exception cref="ArgumentException">The state is of another network, optimiser or engine.</exception>
    void WriteState(NetworkWeights state);
}

/// <summary>A trained network ready to score. Not thread-safe; make one a thread.</summary>
public interface IInferenceSession : IDisposable
{
    /// <summary>The outputs, row-major [count×output shape]. Allocates nothing.</summary>
    /// <param name="features">The inputs, row-major [count×input shape].</param>
    /// <param name="count">The number of examples, from 1 to the session's batch size.</param>
    /// <param name="outputs">Receives the outputs.</param>
    void Run(ReadOnlySpan<float> features, int count, Span<float> outputs);
}
