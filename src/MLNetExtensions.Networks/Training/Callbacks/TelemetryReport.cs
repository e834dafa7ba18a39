using System.Diagnostics;

namespace MLNetExtensions.Networks.Training;

/// <summary>Tells those who listen to the <see cref="Instruments"/> how a run goes; part of every run.</summary>
internal sealed record TelemetryReport : TrainingCallback
{
    /// <inheritdoc/>
    protected internal override string? Decides => null;

    /// <inheritdoc/>
    public override RunningCallback Start(ITrainingRun run) => new Running(new("engine", run.Engine.Name));

    private sealed class Running(KeyValuePair<string, object?> engine) : RunningCallback
    {
        private long _epochBegan, _stepBegan;
        private int _examples;

        public override void OnEpochBegin(ITrainingRun run) => (_epochBegan, _examples) = (Stopwatch.GetTimestamp(), 0);

        public override void OnBatchBegin(ITrainingRun run) => _stepBegan = Instruments.Begin(Instruments.StepDuration);

        public override void OnBatchEnd(ITrainingRun run)
        {
            if (_stepBegan != 0)
                Instruments.StepDuration.Record(Stopwatch.GetElapsedTime(_stepBegan).TotalSeconds, engine);
            if (Instruments.TrainedRows.Enabled)
                Instruments.TrainedRows.Add(run.Examples - _examples, engine);
            _examples = run.Examples;
            if (Instruments.TrainedRowsPerSecond.Enabled)
                Instruments.TrainedRowsPerSecond.Record(
                    run.Examples / Stopwatch.GetElapsedTime(_epochBegan).TotalSeconds, engine);
            if (Instruments.Loss.Enabled && double.IsFinite(run.Loss))
                Instruments.Loss.Record(run.Loss, engine);
        }
    }
}
