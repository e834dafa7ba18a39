namespace MLNetExtensions.Networks.Training;

/// <summary>Where and how often the state of a run is kept.</summary>
/// <param name="Folder">Made if it isn't there; the file in it is <see cref="TrainingCheckpoint.FileName"/>.</param>
/// <param name="EveryEpochs">Epochs between two checkpoints, at least 1; the last epoch has one always.</param>
/// <param name="Resume">Whether a checkpoint in the folder is taken up: the run then ends with the very bits that it would have
/// had uninterrupted. It must be a checkpoint of the same data, network, options and arithmetic of the engine. Only the patience
/// of early stopping may change, and the number of epochs unless the schedule depends on it
/// (<see cref="LearningRateSchedule.DependsOnEpochs"/>), if the run had not ended before the checkpoint.</param>
public sealed record CheckpointOptions(string Folder, int EveryEpochs = 1, bool Resume = true)
{
    /// <summary>The checkpoint to go on from; null when there is none, or it is not to be taken up.</summary>
    /// <exception cref="FormatException">The file is truncated or no checkpoint; the message names it.</exception>
    public TrainingCheckpoint? Find() => Resume && File.Exists(FilePath) ? TrainingCheckpoint.Load(FilePath) : null;

    /// <summary>The path of the file.</summary>
    internal string FilePath => Path.Combine(Folder, TrainingCheckpoint.FileName);
}
