using System.Globalization;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Tests;

/// <summary>A callback as a user might write it: it notes the events, and multiplies the rate of every third step of the run by ten, counting the steps
/// itself, so that its state decides the weights.</summary>
internal sealed record Recorder(List<string> Events, string Label = "") : TrainingCallback
{
    public int? StopAtStep { get; init; }

    public int? StopAfterEpoch { get; init; }

    protected internal override string Decides => "ten times the rate every third step";

    public override RunningCallback Start(ITrainingRun run)
    {
        Note($"start {run.Steps}");
        return new Running(this);
    }

    private void Note(string text) => Events.Add(Label + text);

    private sealed class Running(Recorder recorder) : RunningCallback
    {
        private int _steps;

        public override void OnTrainingBegin(ITrainingRun run) => recorder.Note($"training begin {run.History.Count}");

        public override void OnTrainingEnd(ITrainingRun run) => recorder.Note($"training end {run.History.Count}");

        public override void OnEpochBegin(ITrainingRun run) => recorder.Note($"epoch {run.Epoch} begin");

        public override void OnEpochEnd(ITrainingRun run, EpochRecord epoch)
        {
            recorder.Note($"epoch {run.Epoch} end {run.IsEnding}");
            if (epoch.Epoch == recorder.StopAfterEpoch)
                run.Stop();
        }

        public override void OnBatchBegin(ITrainingRun run)
        {
            recorder.Note($"step {run.Epoch}.{run.Step} begin");
            if (++_steps % 3 == 0)
                run.LearningRate *= 10;
        }

        public override void OnBatchEnd(ITrainingRun run)
        {
            recorder.Note(string.Create(CultureInfo.InvariantCulture, $"step {run.Epoch}.{run.Step} end {run.BatchLoss} {run.Loss} {run.Examples}"));
            if (_steps == recorder.StopAtStep)
                run.Stop();
        }

        public override void OnValidationBegin(ITrainingRun run) => recorder.Note("validation begin");

        public override void OnValidationEnd(ITrainingRun run, EpochRecord epoch) => recorder.Note($"validation end {epoch.ValidationLoss}");

        public override void OnEpochReplayed(ITrainingRun run, EpochRecord epoch) => recorder.Note($"epoch {epoch.Epoch} replayed");

        public override string SaveState() => _steps.ToString(CultureInfo.InvariantCulture);

        public override void LoadState(string state)
        {
            recorder.Note($"state {state}");
            _steps = int.Parse(state, CultureInfo.InvariantCulture);
        }

        protected override void Dispose(bool disposing) => recorder.Note("dispose");
    }
}
