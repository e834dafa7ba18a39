using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class CheckpointingTests
{
    [Theory]
    [InlineData(1, 1, "checkpoint:7")]
    [InlineData(3, 1, "checkpoint-00005:5 checkpoint-00006:6 checkpoint:7")]
    [InlineData(3, 2, "checkpoint-00004:4 checkpoint-00006:6 checkpoint:7")]
    [InlineData(9, 3, "checkpoint-00003:3 checkpoint-00006:6 checkpoint:7")]
    public void The_last_ones_are_kept(int keepLast, int everyEpochs, string expected)
    {
        using TempFolder folder = new();
        Fit(new(folder.Path, everyEpochs, KeepLast: keepLast), 7);
        Assert.Equal(expected, Content(folder));
    }

    [Fact]
    public void A_resumed_run_goes_on_keeping_them_and_any_can_be_gone_on_from()
    {
        using TempFolder folder = new();
        Checkpointing checkpoints = new(folder.Path, KeepLast: 3);
        Fit(checkpoints, 3);
        TrainingResult whole = Fit(checkpoints, 6);
        Assert.Equal("checkpoint-00004:4 checkpoint-00005:5 checkpoint:6", Content(folder));
        File.Move(folder.File("checkpoint-00004.safetensors"), folder.File(TrainingCheckpoint.FileName), overwrite: true);
        TrainingResult again = Fit(checkpoints, 6);
        Assert.Equal(whole.Model.Weights["0.weight"].Values, again.Model.Weights["0.weight"].Values);
        Assert.Equal("checkpoint-00004:4 checkpoint-00005:5 checkpoint:6", Content(folder));
    }

    [Fact]
    public void Files_of_others_and_what_a_killed_process_left_are_told_apart()
    {
        using TempFolder folder = new();
        string[] others = [folder.File("checkpoint-final.safetensors"), folder.File("notes.tmp")];
        string left = folder.File($"{TrainingCheckpoint.FileName}.0123.tmp"), later = folder.File("checkpoint-00099.safetensors");
        foreach (string file in others.Append(left).Append(later))
            File.WriteAllText(file, "x");
        Fit(new(folder.Path, KeepLast: 2), 3);
        Assert.All(others, file => Assert.True(File.Exists(file)));
        Assert.False(File.Exists(left));
        Assert.False(File.Exists(later));
    }

    [Fact]
    public void The_best_model_is_a_file_of_its_own()
    {
        using TempFolder folder = new();
        TrainingResult result = Fit(new(folder.Path, SaveBest: true), 6);
        Assert.Equal(3, result.BestEpoch);
        float[] best = NetworkModel.Load(folder.File(Checkpointing.BestFileName)).Weights["0.weight"].Values;
        Assert.Equal(TrainingCheckpoint.Load(folder.File(TrainingCheckpoint.FileName)).BestModel.Weights["0.weight"].Values, best);
        Assert.NotEqual(result.Model.Weights["0.weight"].Values, best);
    }

    [Theory]
    [InlineData(0, 1, "EveryEpochs must be at least 1")]
    [InlineData(1, 0, "KeepLast must be at least 1")]
    public void Numbers_out_of_range_are_refused(int everyEpochs, int keepLast, string message) => Assert.Contains(
        message, Assert.Throws<ArgumentOutOfRangeException>(() => Fit(new("x", everyEpochs, KeepLast: keepLast), 1)).Message);

    private static TrainingResult Fit(Checkpointing checkpoints, int epochs)
    {
        float[] losses = [5, 4, 3, 3.5f, 3.2f, 3.1f, 3.3f];
        return NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), new FakeEngine { Output = steps => losses[steps / 2 - 1] }, TrainingSets.Numbered(8), TrainingSets.Numbered(3),
            new() { Loss = new L1Loss(), Epochs = epochs, BatchSize = 4, Callbacks = [checkpoints] });
    }

    private static string Content(TempFolder folder) => string.Join(' ', Directory.GetFiles(folder.Path)
        .Order(StringComparer.Ordinal)
        .Select(file => $"{Path.GetFileNameWithoutExtension(file)}:{TrainingCheckpoint.Load(file).History.Count}"));
}
