namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A network in training: weights, gradients, optimiser state and the memory for a batch. <see cref="TrainStep"/> does all of a
/// step. <see cref="Forward"/>, <see cref="Backward"/> and <see cref="Update"/> are its parts, for what is not one network and
/// one loss: two networks that are trained against each other, gradients that are added up over several batches or machines, a
/// loss that needs more than outputs and targets. Not thread-safe.
/// </summary>
public interface ITrainingSession : IDisposable
{
    /// <summary>The number of trained values, which is that of <see cref="ReadGradients(Span{float})"/>.</summary>
    int GradientLength { get; }

    /// <summary>Whether a <see cref="TrainingBatch"/> and <see cref="Infer(SparseRows, Span{float})"/> may have sparse rows; who
    /// says no (the default) gets dense ones.</summary>
    bool TakesSparseRows => false;

    /// <summary>One step: forward, loss, backward, update.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <returns>The weighted mean loss of the batch, before the update. NaN or infinite when it is, or when gradients of which
    /// <see cref="TrainingSessionOptions.GradientClipNorm"/> asks the norm are; the weights are then left as they were. Without
    /// it nobody looks at the gradients: one that is not finite shows in the weights.</returns>
    /// <exception cref="InvalidOperationException">The session was made without a loss.</exception>
    double TrainStep(in TrainingBatch batch, double learningRate);

    /// <summary>What the mean loss of the last batch was divided by: the sum of its examples' weights as the loss counts them; 0
    /// when none had any. By these, means of batches add up to the mean of an epoch.</summary>
    double LossWeight { get; }

    /// <summary>Copies out the outputs that the loss of the last step was computed from, [count×outputs].</summary>
    /// <exception cref="InvalidOperationException">The session was made without
    /// <see cref="TrainingSessionOptions.KeepOutputs"/>.</exception>
    void ReadOutputs(Span<float> outputs);

    /// <summary>Forward, loss and backward without an update.</summary>
    /// <returns>The weighted mean loss of the batch.</returns>
    /// <inheritdoc cref="TrainStep"/>
    double ComputeGradients(in TrainingBatch batch);

    /// <summary>A forward pass in training mode (dropout drops, batch normalisation takes the statistics of the batch).</summary>
    /// <param name="features">The inputs, row-major [count×inputs].</param>
    /// <param name="count">The number of examples, from 1 to the session's batch size.</param>
    /// <param name="outputs">Receives the outputs, [count×outputs].</param>
    /// <param name="part">Which pass of the coming update it is, from 0: each draws random numbers of its own.</param>
    void Forward(ReadOnlySpan<float> features, int count, Span<float> outputs, int part = 0);

    /// <summary>The backward pass behind <see cref="Forward"/>: from the gradient of a loss by the outputs to those by the
    /// parameters, which replace the gradients there were.</summary>
    /// <param name="outputGradients">The gradient by the outputs, [count×outputs].</param>
    /// <param name="inputGradients">Receives the gradient by the inputs, [count×inputs], 0 for ids; empty (the default) when it
    /// is not wanted.</param>
    /// <exception cref="InvalidOperationException">No forward pass came just before, or the session was made without
    /// <see cref="TrainingSessionOptions.InputGradients"/>.</exception>
    void Backward(ReadOnlySpan<float> outputGradients, Span<float> inputGradients = default);

    /// <summary>Changes the weights by the gradients: clipping, the optimiser's rule, the running statistics of the last forward
    /// pass in training mode, the moving average.</summary>
    /// <returns>False, and nothing is changed, when <see cref="TrainingSessionOptions.GradientClipNorm"/> asks for the norm of
    /// the gradients and it is not finite.</returns>
    bool Update(double learningRate);

    /// <summary>Copies the gradients out: those of the trained parameters behind each other, in the network's order. The order is
    /// the same on all engines, so gradients can be averaged over machines.</summary>
    void ReadGradients(Span<float> gradients);

    /// <summary>Replaces the gradients that <see cref="Update"/> uses.</summary>
    void WriteGradients(ReadOnlySpan<float> gradients);

    /// <summary>Copies the gradients out by parameter name; those of parameters that are not trained are 0.</summary>
    void ReadGradients(NetworkWeights gradients);

    /// <summary>The outputs in scoring mode (no dropout, running statistics), row-major [count×outputs].</summary>
    void Infer(ReadOnlySpan<float> features, int count, Span<float> outputs);

    /// <summary>The outputs in scoring mode of sparse rows; they are those of the same rows with their zeros.</summary>
    /// <exception cref="NotSupportedException">The session takes dense rows only.</exception>
    void Infer(SparseRows features, Span<float> outputs) => throw BatchCheck.TakesDenseRows();

    /// <summary>Copies the weights and buffers into <paramref name="weights"/>.</summary>
    void ReadWeights(NetworkWeights weights);

    /// <summary>Replaces the weights and buffers, of a moving average too; the optimiser's state stays.</summary>
    void WriteWeights(NetworkWeights weights);

    /// <summary>Everything a resumed run needs besides the weights: the optimiser's state, step counts, the raw
    /// weights under a moving average.</summary>
    NetworkWeights ReadState();

    /// <summary>Restores what <see cref="ReadState"/> gave.</summary>
    /// <exception cref="ArgumentException">The state is of another network or optimiser.</exception>
    void WriteState(NetworkWeights state);
}
