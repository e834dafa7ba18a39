namespace MLNetExtensions.Networks.Training;

/// <summary>A run as its callbacks see it, and what they may do to it.</summary>
public interface ITrainingRun
{
    /// <summary>The network in training.</summary>
    NetworkDefinition Network { get; }

    /// <summary>What computes.</summary>
    INetworkEngine Engine { get; }

    /// <summary>How it is trained.</summary>
    TrainingOptions Options { get; }

    /// <summary>The examples to learn from.</summary>
    TrainingData Data { get; }

    /// <summary>The examples to validate with; null for none.</summary>
    TrainingData? Validation { get; }

    /// <summary>What is measured beside the loss.</summary>
    IReadOnlyList<TrainingMetric> Metrics { get; }

    /// <summary>The steps of an epoch.</summary>
    int Steps { get; }

    /// <summary>The running epoch, or the one just ended; 0 before the first.</summary>
    int Epoch { get; }

    /// <summary>The running step of the epoch, or the one just ended; 0 before the first.</summary>
    int Step { get; }

    /// <summary>The examples of this epoch that were trained on so far.</summary>
    int Examples { get; }

    /// <summary>The learning rate of the step. Set in <see cref="RunningCallback.OnBatchBegin"/>, it holds for this step; the
    /// next one has the schedule's again.</summary>
    double LearningRate { get; set; }

    /// <summary>The mean loss of the last step's batch, before its update, in units of the targets; NaN before the
    /// first.</summary>
    double BatchLoss { get; }

    /// <summary>The mean training loss of this epoch so far; NaN as long as no example had a weight.</summary>
    double Loss { get; }

    /// <summary>The epochs that have ended.</summary>
    TrainingHistory History { get; }

    /// <summary>The best epoch so far; 0 when none was found to be.</summary>
    int BestEpoch { get; }

    /// <summary>The network with the weights of the best epoch so far, those of the beginning where there is none. They are
    /// overwritten later: clone them to keep them.</summary>
    NetworkModel BestModel { get; }

    /// <summary>Whether the run ends after this epoch: it is the last one, or was stopped.</summary>
    bool IsEnding { get; }

    /// <summary>Ends the run: called at the end of an epoch, with that epoch; called before, with the step that is running, and
    /// the epoch that was begun does not count.</summary>
    void Stop();

    /// <summary>Says that the epoch just ended is the best so far, in <see cref="RunningCallback.OnEpochEnd"/> or
    /// <see cref="RunningCallback.OnEpochReplayed"/>.</summary>
    /// <exception cref="InvalidOperationException">No epoch just ended.</exception>
    void MarkBest();

    /// <summary>Gives the result the weights of the best epoch, rather than those of the last; nothing happens where there is
    /// none.</summary>
    void RestoreBest();

    /// <summary>Says what is amiss, to <see cref="TrainingOptions.Warned"/>.</summary>
    void Warn(string message);

    /// <summary>The weights as they are now.</summary>
    /// <param name="into">Receives them, so that nothing is allocated; null for new ones.</param>
    NetworkWeights ReadWeights(NetworkWeights? into = null);

    /// <summary>The gradients of the last step as the optimiser got them, clipped; those of parameters that are not trained are
    /// 0. Where several batches make an update (<see cref="TrainingOptions.AccumulateSteps"/>) those of the batch alone,
    /// unclipped, unless the step was the last one of an update.</summary>
    /// <inheritdoc cref="ReadWeights"/>
    NetworkWeights ReadGradients(NetworkWeights? into = null);

    /// <summary>Writes the state of the run at the end of an epoch, from which another one goes on with the very same bits: in
    /// <see cref="RunningCallback.OnEpochEnd"/> of a callback that <see cref="TrainingCallback.SavesCheckpoints"/>. The file is
    /// replaced as a whole.</summary>
    /// <exception cref="InvalidOperationException">No epoch just ended, or no callback of the run saves checkpoints.</exception>
    /// <exception cref="IOException">The file can't be written; one that was there is as it was.</exception>
    void SaveCheckpoint(string path);
}
