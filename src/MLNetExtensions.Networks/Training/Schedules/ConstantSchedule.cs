namespace MLNetExtensions.Networks.Training;

/// <summary>The same learning rate all along.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    /// <inheritdoc/>
    protected internal override bool DependsOnEpochs => false;

    /// <inheritdoc/>
    public override IRunningSchedule Start(double baseRate, int epochs, int stepsPerEpoch) => new FormulaSchedule(_ => baseRate);
}
