namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Half a cosine from the base rate down to <paramref name="MinimumRate"/> over the steps of the run (Loshchilov and Hutter,
/// "SGDR", 2017, without restarts): PyTorch's <c>CosineAnnealingLR</c>, moved on every step.
/// </summary>
/// <param name="MinimumRate">The learning rate at the end, at least 0.</param>
public sealed record CosineSchedule(double MinimumRate = 0) : LearningRateSchedule
{
    /// <inheritdoc/>
    public override IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch)
    {
        Require(MinimumRate >= 0, "a minimum rate of at least 0");
        double steps = (double)epochs * stepsPerEpoch;
        return new FormulaSchedule(step =>
            MinimumRate + (baseRate - MinimumRate) * (1 + Math.Cos(Math.PI * Math.Min(step / steps, 1))) / 2);
    }
}
