namespace MLNetExtensions.Networks.Training;

/// <summary>Takes the newest epoch for the best, where no number tells which one is: an adversarial pair has none.</summary>
internal sealed record LatestEpoch : TrainingCallback
{
    /// <inheritdoc/>
    public override bool ChoosesBest => true;

    /// <inheritdoc/>
    protected internal override string Decides => "best epoch is the newest";

    /// <inheritdoc/>
    public override RunningCallback Start(ITrainingRun run) => new Running();

    private sealed class Running : RunningCallback
    {
        public override void OnEpochReplayed(ITrainingRun run, EpochRecord epoch) => run.MarkBest();

        public override void OnEpochEnd(ITrainingRun run, EpochRecord epoch) => run.MarkBest();
    }
}
