namespace MLNetExtensions.Networks.Training;

/// <summary>How far a run is, for a live display. Sent about ten times a second, and once at the end.</summary>
/// <param name="Epoch">The running epoch, counted from 1.</param>
/// <param name="Epochs">The epochs asked for.</param>
/// <param name="Step">Steps done in this epoch.</param>
/// <param name="Steps">Steps of an epoch.</param>
/// <param name="Loss">The mean training loss of this epoch so far.</param>
/// <param name="LearningRate">The learning rate of the last step.</param>
/// <param name="ExamplesPerSecond">Training examples a second in this epoch so far.</param>
/// <param name="Elapsed">The time since the run began.</param>
/// <param name="Remaining">The time until the last epoch ends at this pace; early stopping may come sooner.</param>
/// <param name="LastEpoch">The last finished epoch; null in the first one.</param>
public readonly record struct TrainingProgress(
    int Epoch,
    int Epochs,
    int Step,
    int Steps,
    double Loss,
    double LearningRate,
    double ExamplesPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining,
    EpochRecord? LastEpoch);
