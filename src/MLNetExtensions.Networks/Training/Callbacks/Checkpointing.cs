using System.Globalization;

namespace MLNetExtensions.Networks.Training;

/// <summary>Keeps the state of a run in a folder, so that it can go on after an interruption: each checkpoint is one file,
/// written beside its place and renamed into it.</summary>
/// <param name="Folder">Made if it isn't there. The newest checkpoint in it is <see cref="TrainingCheckpoint.FileName"/>.</param>
/// <param name="EveryEpochs">Epochs between two checkpoints, at least 1; the last epoch has one always.</param>
/// <param name="Resume">Whether a checkpoint in the folder is taken up: the run then ends with the very bits that it would have
/// had uninterrupted. It must be a checkpoint of the same data, network, options and arithmetic of the engine. Only the patience
/// of early stopping and callbacks that look on may change, and the number of epochs unless the schedule depends on it
/// (<see cref="LearningRateSchedule.DependsOnEpochs"/>), if the run had not ended before the checkpoint.</param>
/// <param name="KeepLast">The checkpoints that are kept, at least 1: those before the newest one as
/// <c>checkpoint-00012.safetensors</c> for epoch 12. Rename one to <see cref="TrainingCheckpoint.FileName"/> to go on from
/// there.</param>
/// <param name="SaveBest">Whether the best model so far is kept as <see cref="BestFileName"/> as well, as
/// <see cref="NetworkModel.Save(string)"/> writes it. It is in the checkpoint too
/// (<see cref="TrainingCheckpoint.BestModel"/>).</param>
public sealed record Checkpointing(
    string Folder, int EveryEpochs = 1, bool Resume = true, int KeepLast = 1, bool SaveBest = false) : TrainingCallback
{
    /// <summary>The name of the best model's file.</summary>
    public const string BestFileName = "best.safetensors";

    private const string EarlierPrefix = "checkpoint-";
    private const string Extension = ".safetensors";

    /// <inheritdoc/>
    public override bool SavesCheckpoints => true;

    /// <summary>The path of the newest checkpoint.</summary>
    public string FilePath => Path.Combine(Folder, TrainingCheckpoint.FileName);

    /// <inheritdoc/>
    protected internal override string? Decides => null;

    /// <summary>The checkpoint to go on from; null when there is none, or it is not to be taken up.</summary>
    /// <exception cref="FormatException">The file is truncated or no checkpoint; the message names it.</exception>
    public override TrainingCheckpoint? FindCheckpoint() =>
        Resume && File.Exists(FilePath) ? TrainingCheckpoint.Load(FilePath) : null;

    /// <inheritdoc/>
    public override RunningCallback Start(ITrainingRun run)
    {
        Require(EveryEpochs >= 1, nameof(EveryEpochs), EveryEpochs, "at least 1");
        Require(KeepLast >= 1, nameof(KeepLast), KeepLast, "at least 1");
        return new Running(this);
    }

    /// <summary>The checkpoints before the newest, by epoch.</summary>
    private IEnumerable<(int Epoch, string Path)> Earlier()
    {
        foreach (string path in Directory.GetFiles(Folder, $"{EarlierPrefix}*{Extension}"))
        {
            ReadOnlySpan<char> digits = Path.GetFileName(path.AsSpan())[EarlierPrefix.Length..^Extension.Length];
            if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int epoch))
                yield return (epoch, path);
        }
    }

    private sealed class Running(Checkpointing options) : RunningCallback
    {
        /// <summary>The epoch of the newest checkpoint; 0 when this run has none.</summary>
        private int _newest;

        public override void OnEpochReplayed(ITrainingRun run, EpochRecord epoch) => _newest = epoch.Epoch;

        public override void OnTrainingBegin(ITrainingRun run) => AtomicFile.RemoveLeftovers(options.FilePath);

        public override void OnEpochEnd(ITrainingRun run, EpochRecord epoch)
        {
            if (options.SaveBest && run.BestEpoch == epoch.Epoch)
                run.BestModel.Save(Path.Combine(options.Folder, BestFileName));
            if (!run.IsEnding && epoch.Epoch % options.EveryEpochs != 0)
                return;
            // The newest one is there at any moment: its content gets a second name before it is replaced.
            if (options.KeepLast > 1 && _newest > 0)
                AtomicFile.Copy(options.FilePath, Path.Combine(options.Folder, string.Create(
                    CultureInfo.InvariantCulture, $"{EarlierPrefix}{_newest:D5}{Extension}")));
            run.SaveCheckpoint(options.FilePath);
            RemoveOld(epoch.Epoch);
            _newest = epoch.Epoch;
        }

        /// <summary>Deletes all earlier checkpoints but the last ones; one of a later epoch is left from another run.</summary>
        private void RemoveOld(int newest)
        {
            IEnumerable<(int Epoch, string Path)> earlier = options.Earlier().OrderByDescending(file => file.Epoch);
            int kept = 0;
            foreach ((int epoch, string path) in earlier)
            {
                if (epoch >= newest || ++kept >= options.KeepLast)
                    File.Delete(path);
            }
        }
    }
}
