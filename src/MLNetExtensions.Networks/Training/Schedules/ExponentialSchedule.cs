namespace MLNetExtensions.Networks.Training;

/// <summary>The learning rate times <paramref name="Factor"/> after every epoch, PyTorch's <c>ExponentialLR</c>.</summary>
/// <param name="Factor">What the rate is multiplied by, above 0.</param>
public sealed record ExponentialSchedule(double Factor = 0.95) : LearningRateSchedule
{
    /// <inheritdoc/>
    protected internal override bool DependsOnEpochs => false;

    /// <inheritdoc/>
    public override IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch)
    {
        Require(Factor > 0, "a factor above 0");
        return new FormulaSchedule(step => baseRate * Math.Pow(Factor, step / stepsPerEpoch));
    }
}
