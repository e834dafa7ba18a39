using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Trainers;

/// <summary>Asks the context before every step, so that none begins once it is cancelled.</summary>
internal sealed record ContextCancellation(FitCancellation Cancellation) : TrainingCallback
{
    protected internal override string? Decides => null;

    public override RunningCallback Start(ITrainingRun run) => new Running(Cancellation);

    private sealed class Running(FitCancellation cancellation) : RunningCallback
    {
        public override void OnBatchBegin(ITrainingRun run) => cancellation.ThrowIfCanceled();
    }
}
