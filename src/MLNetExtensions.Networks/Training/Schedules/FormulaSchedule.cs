namespace MLNetExtensions.Networks.Training;

/// <summary>A schedule that is a formula of the step alone.</summary>
internal sealed class FormulaSchedule(Func<long, double> rate) : IRunningSchedule
{
    public double Rate(long step) => rate(step);

    public void EpochEnded(int epoch, double loss)
    {
    }
}
