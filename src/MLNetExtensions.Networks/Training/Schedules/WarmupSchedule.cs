namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A straight rise from <paramref name="StartFactor"/> times the base rate to the base rate over the first epochs (Goyal et al.,
/// 2017), then another schedule for the epochs that are left. PyTorch: <c>LinearLR</c> followed by the other through
/// <c>SequentialLR</c>.
/// </summary>
/// <param name="Then">The schedule after the rise.</param>
/// <param name="Epochs">Epochs of the rise, at least 1.</param>
/// <param name="StartFactor">The first step's share of the base rate, in (0, 1].</param>
public sealed record WarmupSchedule(LearningRateSchedule Then, int Epochs = 1, double StartFactor = 0.01) : LearningRateSchedule
{
    /// <inheritdoc/>
    protected internal override bool DependsOnEpochs => Then.DependsOnEpochs;

    /// <inheritdoc/>
    public override IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch)
    {
        Require(Epochs >= 1 && StartFactor is > 0 and <= 1, "at least one epoch and a start factor in (0, 1]");
        IRunningSchedule then = Then.Start(baseRate, Math.Max(epochs - Epochs, 1), stepsPerEpoch);
        return new Running(this, then, baseRate, (long)Epochs * stepsPerEpoch);
    }

    private sealed class Running(WarmupSchedule options, IRunningSchedule then, double baseRate, long steps) : IRunningSchedule
    {
        public double Rate(long step) => step < steps
            ? baseRate * (options.StartFactor + (1 - options.StartFactor) * step / steps)
            : then.Rate(step - steps);

        public void EpochEnded(int epoch, double loss)
        {
            if (epoch >= options.Epochs)
                then.EpochEnded(epoch - options.Epochs, loss);
        }
    }
}
