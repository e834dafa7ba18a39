namespace MLNetExtensions.Networks.Training;

/// <content>What an engine supplies.</content>
internal abstract partial class TrainingSession<T>
{
    /// <summary>All parameters and buffers.</summary>
    protected abstract ParameterVector Values { get; }

    /// <summary>The gradients of the trained parameters.</summary>
    protected abstract ParameterVector Gradients { get; }

    /// <summary>The moving average, laid out as <see cref="Values"/>, to score with and to save; null when there is
    /// none.</summary>
    protected abstract ParameterVector? Average { get; }

    /// <summary>The optimiser's memory of each trained parameter, under PyTorch's names.</summary>
    protected abstract IEnumerable<KeyValuePair<string, ParameterVector>> OptimizerState { get; }

    /// <summary>Whether there is anything to train.</summary>
    protected abstract bool IsTrained { get; }

    /// <summary>What holds for the time of a call; null for nothing.</summary>
    protected virtual IDisposable? BeginCall() => null;

    /// <summary>A forward pass in training mode.</summary>
    /// <param name="features">The inputs.</param>
    /// <param name="count">The number of examples.</param>
    /// <param name="draw">With the seed, what random numbers depend on.</param>
    protected abstract void RunForward(ReadOnlySpan<float> features, int count, long draw);

    /// <summary>A forward pass in scoring mode, with the average where there is one.</summary>
    protected abstract void RunScoring(ReadOnlySpan<float> features, int count);

    /// <summary>A forward pass of sparse rows in training mode, in a session that <see cref="TakesSparseRows"/>.</summary>
    protected virtual void RunForward(SparseRows features, long draw) => throw BatchCheck.TakesDenseRows();

    /// <summary>A forward pass of sparse rows in scoring mode, in a session that <see cref="TakesSparseRows"/>.</summary>
    protected virtual void RunScoring(SparseRows features) => throw BatchCheck.TakesDenseRows();

    /// <summary>Copies the outputs of the last forward pass out.</summary>
    protected abstract void ReadOutputs(int count, Span<T> outputs);

    /// <summary>The backward pass behind <c>RunForward</c>: overwrites <see cref="Gradients"/>.</summary>
    /// <param name="outputGradients">The gradient by the outputs.</param>
    /// <param name="count">The number of examples.</param>
    /// <param name="toInputs">Whether to find the gradients of the inputs too.</param>
    protected abstract void RunBackward(ReadOnlySpan<T> outputGradients, int count, bool toInputs);

    /// <summary>Copies the gradients of the inputs out.</summary>
    protected abstract void ReadInputGradients(int count, Span<float> gradients);

    /// <summary>The optimiser's change of the trained values.</summary>
    /// <param name="step">The number of the step, from 1.</param>
    /// <param name="learningRate">The learning rate, before the factors of parameters.</param>
    protected abstract void ApplyUpdate(long step, double learningRate);

    /// <summary>Puts the running statistics of the last forward pass in training mode in force.</summary>
    /// <param name="count">The number of its examples.</param>
    protected abstract void CommitStatistics(int count);

    /// <summary>Frees the engine's memory.</summary>
    protected abstract void Free();
}
