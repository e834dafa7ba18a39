namespace MLNetExtensions.Networks.Training;

/// <summary>What a run gave.</summary>
/// <param name="Model">The trained network: of the last epoch, or of the best one if early stopping restores it.</param>
/// <param name="History">Every epoch.</param>
/// <param name="BestEpoch">The epoch, counted from 1, with the best monitored value; 0 when none was monitored.</param>
/// <param name="StopReason">Why the run ended.</param>
public sealed record TrainingResult(NetworkModel Model, TrainingHistory History, int BestEpoch, StopReason StopReason);
