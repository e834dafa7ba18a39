namespace MLNetExtensions.Networks.Training;

/// <summary>The learning rate times <paramref name="Factor"/> after every <paramref name="Epochs"/>
/// epochs, PyTorch's <c>StepLR</c>.</summary>
/// <param name="Epochs">Epochs between two changes, at least 1.</param>
/// <param name="Factor">What the rate is multiplied by, above 0.</param>
public sealed record StepSchedule(int Epochs, double Factor = 0.1) : LearningRateSchedule
{
    /// <inheritdoc/>
    protected internal override bool DependsOnEpochs => false;

    /// <inheritdoc/>
    public override IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch)
    {
        Require(Epochs >= 1 && Factor > 0, "at least one epoch between changes and a factor above 0");
        return new FormulaSchedule(step => baseRate * Math.Pow(Factor, step / stepsPerEpoch / Epochs));
    }
}
