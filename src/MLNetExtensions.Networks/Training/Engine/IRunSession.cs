namespace MLNetExtensions.Networks.Training;

/// <summary>What <see cref="TrainingRun"/> needs of what it trains, be it one network or a pair of them.</summary>
internal interface IRunSession : IDisposable
{
    /// <summary>What scores a validation set; null where there can't be one.</summary>
    ITrainingSession? Scorer { get; }

    /// <inheritdoc cref="ITrainingSession.TakesSparseRows"/>
    bool TakesSparseRows { get; }

    /// <inheritdoc cref="ITrainingSession.LossWeight"/>
    double LossWeight { get; }

    /// <summary>The mean loss of the discriminator in the last step; null where there is none.</summary>
    double? DiscriminatorLoss { get; }

    /// <inheritdoc cref="ITrainingSession.TrainStep"/>
    /// <param name="batch">The examples.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="step">The number of the step in the run, from 0.</param>
    double TrainStep(in TrainingBatch batch, double learningRate, long step);

    /// <inheritdoc cref="ITrainingSession.ReadOutputs"/>
    void ReadOutputs(Span<float> outputs);

    /// <summary>Whether the last step, which gave no finite loss, failed for a gradient: computes the gradients again.</summary>
    bool FailedInGradients(in TrainingBatch batch);

    /// <inheritdoc cref="ITrainingSession.ReadGradients(NetworkWeights)"/>
    void ReadGradients(NetworkWeights gradients);

    /// <inheritdoc cref="ITrainingSession.ReadWeights"/>
    void ReadWeights(NetworkWeights weights);

    /// <inheritdoc cref="ITrainingSession.ReadState"/>
    NetworkWeights ReadState();

    /// <inheritdoc cref="ITrainingSession.WriteState"/>
    void WriteState(NetworkWeights state);
}
