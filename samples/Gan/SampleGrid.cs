using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace Samples.Gan;

/// <summary>A picture of what the generator makes, after every epoch of the same latent values: a column a class.</summary>
/// <param name="Folder">Where <c>epoch-001.png</c> and so on are written.</param>
/// <param name="Generator">The generator in training.</param>
/// <param name="Inputs">Its inputs, a row an image, the columns of the grid in turn.</param>
/// <param name="Columns">The columns of the grid.</param>
internal sealed record SampleGrid(string Folder, NetworkDefinition Generator, float[] Inputs, int Columns) : TrainingCallback
{
    private const string Prefix = "generator.";

    /// <summary>It only looks on: a run with another grid goes on from the same checkpoint.</summary>
    protected override string? Decides => null;

    public override RunningCallback Start(ITrainingRun run) => new Running(this);

    /// <summary>Writes a picture.</summary>
    public void Save(NetworkModel generator, string path)
    {
        int rows = Inputs.Length / generator.Definition.InputLayout.Size;
        (int height, int width) = (generator.Definition.OutputShape[1], generator.Definition.OutputShape[2]);
        float[] pixels = NetworkOutputs.Of(generator, Inputs, rows);
        ImageGrid.Save(Array.ConvertAll(pixels, pixel => (pixel + 1) / 2), height, width, Columns, path);
    }

    private sealed class Running(SampleGrid grid) : RunningCallback
    {
        public override void OnEpochEnd(ITrainingRun run, EpochRecord epoch)
        {
            NetworkWeights weights = new(run.ReadWeights()
                .Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(pair => KeyValuePair.Create(pair.Key[Prefix.Length..], pair.Value)));
            grid.Save(new(grid.Generator, weights), Path.Combine(grid.Folder, $"epoch-{epoch.Epoch:D3}.png"));
        }
    }
}
