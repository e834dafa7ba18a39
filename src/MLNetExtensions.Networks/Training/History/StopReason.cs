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

    /// <summary>The loss, a gradient or a weight became NaN or infinite: only in
    /// <see cref="TrainingDivergedException.Best"/>.</summary>
    Diverged,
}
