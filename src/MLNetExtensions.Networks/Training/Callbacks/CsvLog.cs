namespace MLNetExtensions.Networks.Training;

/// <summary>Keeps the epochs of a run as a CSV file (<see cref="TrainingHistory.ToCsv"/>), whole after every epoch, those before
/// a checkpoint included.</summary>
/// <param name="FilePath">The file, replaced if it is there.</param>
public sealed record CsvLog(string FilePath) : TrainingCallback
{
    /// <inheritdoc/>
    protected internal override string? Decides => null;

    /// <inheritdoc/>
    public override RunningCallback Start(ITrainingRun run)
    {
        ArgumentException.ThrowIfNullOrEmpty(FilePath);
        return new Running(FilePath);
    }

    private sealed class Running(string path) : RunningCallback
    {
        public override void OnEpochEnd(ITrainingRun run, EpochRecord epoch)
        {
            string text = run.History.ToCsv();
            AtomicFile.Write(path, stream =>
            {
                using StreamWriter writer = new(stream, leaveOpen: true);
                writer.Write(text);
            });
        }
    }
}
