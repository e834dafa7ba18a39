namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Something that takes part in runs without being the training itself: early stopping, checkpoints, logs. Immutable data, as all
/// options are, so that one may serve many runs, also at the same time: <see cref="Start"/> makes what takes part in one run and
/// holds its state. The library's own ones use nothing but what is public here.
/// </summary>
public abstract record TrainingCallback
{
    /// <summary>The name under which a checkpoint keeps what belongs to it.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>Whether it says which epoch is the best (<see cref="ITrainingRun.MarkBest"/>). Where none does, that is the one
    /// with the lowest loss, of the validation set if there is one.</summary>
    public virtual bool ChoosesBest => false;

    /// <summary>Whether it saves the state of the run (<see cref="ITrainingRun.SaveCheckpoint"/>). It then hears of each event
    /// behind those that don't, since it saves what they have come to.</summary>
    public virtual bool SavesCheckpoints => false;

    /// <summary>What of it decides the weights of a run, in words; null when it only looks on. A checkpoint is taken up only by a
    /// run in which it is the same. By default all its parameters.</summary>
    protected internal virtual string? Decides => ToString();

    /// <summary>The checkpoint from which a run with this callback goes on; null, the default, for none.</summary>
    /// <exception cref="FormatException">The file is truncated or no checkpoint; the message names it.</exception>
    public virtual TrainingCheckpoint? FindCheckpoint() => null;

    /// <summary>Begins a run, before the engine does anything.</summary>
    /// <exception cref="ArgumentException">A parameter is out of range, or does not fit the run.</exception>
    public abstract RunningCallback Start(ITrainingRun run);

    /// <summary>Throws an <see cref="ArgumentOutOfRangeException"/> unless <paramref name="valid"/>.</summary>
    private protected static void Require(bool valid, string name, object? value, string requirement)
    {
        if (!valid)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {requirement}.");
    }
}
