namespace MLNetExtensions.Networks.Training;

/// <summary>How the learning rate changes over a run. Immutable data; <see cref="Start"/> makes the state of one run.</summary>
public abstract record LearningRateSchedule
{
    /// <summary>The schedule of a run of <paramref name="epochs"/> epochs of <paramref name="stepsPerEpoch"/> steps.</summary>
    public abstract IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch);
}

/// <summary>A schedule in a run.</summary>
public interface IRunningSchedule
{
    /// <summary>The learning rate of a step, counted from 0 over the whole run.</summary>
    double Rate(long step);

    /// <summary>Tells the monitored value of an epoch, for schedules that react to it.</summary>
    void EpochEnded(int epoch, double monitored);
}
