namespace MLNetExtensions.Networks.Training;

/// <summary>A network in training: weights, gradients, optimiser state and the memory for a batch.</summary>
public interface ITrainingSession : IDisposable
{
    /// <summary>One step: forward, loss, backward, update.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <returns>The weighted mean loss of the batch, before the update. NaN or infinite when it is, or when gradients of which
    /// <see cref="TrainingSessionOptions.GradientClipNorm"/> asks the norm are; the weights are then left as they were. Without
    /// it nobody looks at the gradients: one that is not finite shows in the weights.</returns>
    double TrainStep(in TrainingBatch batch, double learningRate);

    /// <summary>What the mean loss of the last batch was divided by: the sum of its examples' weights as the loss counts them; 0
    /// when none had any. By these, means of batches add up to the mean of an epoch.</summary>
    double LossWeight { get; }

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
