using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Reporting.TensorBoard;

/// <summary>Writes a run for TensorBoard while it goes on, an epoch at a time: <c>tensorboard --logdir FOLDER</c>.</summary>
/// <param name="Folder">The folder of the run, made if it is not there. A resumed run adds an event file.</param>
/// <param name="Histograms">Whether the distribution of each parameter's values is written after every epoch.</param>
public sealed record TensorBoardLog(string Folder, bool Histograms = false) : TrainingCallback
{
    /// <inheritdoc/>
    protected internal override string? Decides => null;

    /// <inheritdoc/>
    public override RunningCallback Start(ITrainingRun run)
    {
        ArgumentException.ThrowIfNullOrEmpty(Folder);
        return new Running(this);
    }

    private sealed class Running(TensorBoardLog options) : RunningCallback
    {
        private TensorBoardWriter? _writer;
        private NetworkWeights? _weights;

        public override void OnTrainingBegin(ITrainingRun run) => _writer = new(options.Folder);

        public override void OnEpochEnd(ITrainingRun run, EpochRecord epoch)
        {
            _writer!.AddEpoch(epoch);
            if (!options.Histograms)
                return;
            _weights = run.ReadWeights(_weights);
            foreach ((string name, WeightTensor tensor) in _weights)
                _writer.AddHistogram($"weights/{name}", epoch.Epoch, tensor.Values);
        }

        protected override void Dispose(bool disposing) => _writer?.Dispose();
    }
}
