namespace MLNetExtensions.Networks.Training;

/// <summary>A schedule in a run.</summary>
public interface IRunningSchedule
{
    /// <summary>The learning rate of a step, counted from 0 over the whole run.</summary>
    double Rate(long step);

    /// <summary>Tells the loss of an epoch (of the validation set, where there is one), for schedules that react to it.</summary>
    void EpochEnded(int epoch, double loss);
}
