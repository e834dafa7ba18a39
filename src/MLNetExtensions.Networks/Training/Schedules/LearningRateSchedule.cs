namespace MLNetExtensions.Networks.Training;

/// <summary>How the learning rate changes over a run. Immutable data; <see cref="Start"/> makes the state of one run.</summary>
public abstract record LearningRateSchedule
{
    /// <summary>The schedule of a run of <paramref name="epochs"/> epochs of <paramref name="stepsPerEpoch"/> steps.</summary>
    /// <exception cref="ArgumentException">A parameter is out of range.</exception>
    public abstract IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch);

    /// <summary>Whether the rate of a step depends on how many epochs the run has. A run under such a schedule can't be resumed
    /// with another number of epochs: its steps so far had other rates.</summary>
    protected internal virtual bool DependsOnEpochs => true;

    /// <summary>Throws an <see cref="ArgumentException"/> that names the schedule unless <paramref name="valid"/>.</summary>
    private protected void Require(bool valid, string requirement)
    {
        if (!valid)
            throw new ArgumentException($"{GetType().Name} needs {requirement}: {this}.");
    }
}
