namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A callback in one run. All hooks do nothing unless overridden; they are called on the thread that trains, in the order of
/// <see cref="TrainingOptions.Callbacks"/>, and what they throw ends the run. Epochs are counted from 1, steps from 1 in each
/// epoch.
/// </summary>
public abstract class RunningCallback : IDisposable
{
    /// <summary>The run begins, or goes on from a checkpoint: weights are in place, state and earlier epochs are told.</summary>
    public virtual void OnTrainingBegin(ITrainingRun run)
    {
    }

    /// <summary>The run ends: after its last epoch, stopped, or cancelled where the result is kept
    /// (<see cref="TrainingOptions.KeepResultWhenCanceled"/>). Not called when it fails.</summary>
    public virtual void OnTrainingEnd(ITrainingRun run)
    {
    }

    /// <summary>An epoch begins.</summary>
    public virtual void OnEpochBegin(ITrainingRun run)
    {
    }

    /// <summary>An epoch has ended, validation included, and is the last one of <see cref="ITrainingRun.History"/>.</summary>
    public virtual void OnEpochEnd(ITrainingRun run, EpochRecord epoch)
    {
    }

    /// <summary>A step is about to begin; <see cref="ITrainingRun.LearningRate"/> is what the schedule says, and may be
    /// changed.</summary>
    public virtual void OnBatchBegin(ITrainingRun run)
    {
    }

    /// <summary>A step has ended.</summary>
    public virtual void OnBatchEnd(ITrainingRun run)
    {
    }

    /// <summary>The validation of an epoch begins. Not called without a validation set.</summary>
    public virtual void OnValidationBegin(ITrainingRun run)
    {
    }

    /// <summary>The validation of an epoch has ended; <see cref="OnEpochEnd"/> follows.</summary>
    public virtual void OnValidationEnd(ITrainingRun run, EpochRecord epoch)
    {
    }

    /// <summary>An epoch that a checkpoint brings, told before <see cref="OnTrainingBegin"/> in place of all other hooks. What is
    /// a function of the epochs comes back by hearing them again; <see cref="ITrainingRun.Stop"/> here means that the run would
    /// have ended then.</summary>
    public virtual void OnEpochReplayed(ITrainingRun run, EpochRecord epoch)
    {
    }

    /// <summary>What a resumed run needs besides that, to be kept in a checkpoint at the end of an epoch; null for
    /// nothing.</summary>
    public virtual string? SaveState() => null;

    /// <summary>Restores what <see cref="SaveState"/> gave, before <see cref="OnTrainingBegin"/>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public virtual void LoadState(string state)
    {
    }

    /// <summary>Frees what the callback holds, however the run ended.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()"/>
    /// <param name="disposing">Whether <see cref="Dispose()"/> is the caller.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
