namespace MLNetExtensions.Networks.Training;

/// <summary>How the learning rate changes over a run. Immutable data; <see cref="Start"/> makes the state of one run.</summary>
public abstract record LearningRateSchedule
{
    /// <summary>The schedule of a run of <paramref name="epochs"/> epochs of <paramref name="stepsPerEpoch"/> steps.</summary>
    /// <exception cref="ArgumentException">A parameter is out of range.</exception>
    public abstract IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch);

    /// <summary>Throws an <see cref="ArgumentException"/> that names the schedule unless <paramref name="valid"/>.</summary>
    private protected void Require(bool valid, string requirement)
    {
        if (!valid)
            throw new ArgumentException($"{GetType().Name} needs {requirement}: {this}.");
    }
}

/// <summary>A schedule in a run.</summary>
public interface IRunningSchedule
{
    /// <summary>The learning rate of a step, counted from 0 over the whole run.</summary>
    double Rate(long step);

    /// <summary>Tells the loss of an epoch (of the validation set, where there is one), for schedules that react to it.</summary>
    void EpochEnded(int epoch, double loss);
}

/// <summary>A schedule that is a formula of the step alone.</summary>
internal sealed class FormulaSchedule(Func<long, double> rate) : IRunningSchedule
{
    public double Rate(long step) => rate(step);

    public void EpochEnded(int epoch, double loss)
    {
    }
}
