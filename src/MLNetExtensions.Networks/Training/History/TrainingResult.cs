namespace MLNetExtensions.Networks.Training;

/// <summary>Why a run ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were run.</summary>
    Completed,

    /// <summary>The monitored quantity no longer improved.</summary>
    EarlyStopped,

    /// <summary>The run was cancelled, and <see cref="TrainingOptions.KeepResultWhenCanceled"/> was set.</summary>
    Canceled,

    /// <summary>The loss became NaN or infinite: only in <see cref="TrainingDivergedException.Best"/>.</summary>
    Diverged,
}

/// <summary>What a run gave.</summary>
/// <param name="Model">The trained network: of the last epoch, or of the best one if early stopping restores it.</param>
/// <param name="History">Every epoch.</param>
/// <param name="BestEpoch">The epoch, counted from 1, with the best monitored value; 0 when none was monitored.</param>
/// <param name="StopReason">Why the run ended.</param>
public sealed record TrainingResult(NetworkModel Model, TrainingHistory History, int BestEpoch, StopReason StopReason);
