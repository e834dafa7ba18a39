using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class CsvLogTests
{
    [Fact]
    public void The_file_is_whole_after_every_epoch_also_of_a_resumed_run()
    {
        using TempFolder folder = new();
        string path = folder.File("logs/run.csv");
        List<int> lines = [];
        TrainingOptions options = new() { Loss = new L1Loss(), BatchSize = 4, Checkpoints = new(folder.Path), Callbacks = [new CsvLog(path)] };
        Fit(3, 0);
        Assert.Equal([0, 2, 3], lines);
        TrainingResult result = Fit(5, 3);
        Assert.Equal(result.History.ToCsv(), File.ReadAllText(path));
        Assert.Equal(6, File.ReadAllLines(path).Length);

        TrainingResult Fit(int epochs, int before) => NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(),
            new FakeEngine { OnStep = step => { if (before == 0) lines.Add(File.Exists(path) ? File.ReadAllLines(path).Length : 0); } },
            TrainingSets.Numbered(4), TrainingSets.Numbered(3), options with { Epochs = epochs });
    }
}
