using System.Diagnostics;
using System.Globalization;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Tests.Faults;

/// <summary>A process that trains is killed (kill -9) at random moments and started again until it gets through. MLNETEXT_KILLS is the number of kills
/// (200 for a night; 10 unset).</summary>
public sealed class KillTests
{
    private const string Variable = "MLNETEXT_KILLS";

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "10", CultureInfo.InvariantCulture);

    [Fact]
    public void A_killed_run_loses_no_file_and_ends_with_the_same_bits()
    {
        string expected = KilledTraining.Run(null);
        Random random = new(5);
        for (int kills = 0; kills < Kills;)
        {
            using TempFolder folder = new();
            string? said = null;
            int epochs = 0;
            while (said is null)
            {
                using Process process = KilledTraining.Start(folder.File("run"));
                Assert.Equal(KilledTraining.Begun, process.StandardOutput.ReadLine());
                bool isKilled = kills < Kills && !process.WaitForExit(random.Next(20, 400));
                if (isKilled)
                {
                    process.Kill();
                    kills++;
                }
                process.WaitForExit();
                // A run that ends by itself without a result would do so again and again.
                Assert.True(isKilled || process.ExitCode == 0, $"exit code {process.ExitCode}");
                if (!isKilled)
                    said = process.StandardOutput.ReadLine();
                epochs = CheckFiles(folder.File("run"), epochs);
            }
            Assert.Equal(expected, said);
            Assert.Equal(150, epochs);
        }
    }

    /// <summary>Every file is whole, and none that was there is gone.</summary>
    /// <returns>The epochs of the newest checkpoint.</returns>
    private static int CheckFiles(string folder, int epochsBefore)
    {
        string newest = Path.Combine(folder, TrainingCheckpoint.FileName);
        if (epochsBefore == 0 && !File.Exists(newest))
            return 0;
        int epochs = TrainingCheckpoint.Load(newest).History.Count;
        Assert.InRange(epochs, Math.Max(epochsBefore, 1), 150);
        string[] earlier = Directory.GetFiles(folder, "checkpoint-*.safetensors");
        Assert.InRange(earlier.Length, Math.Min(epochs - 1, 2), 3);
        Assert.All(earlier, path => Assert.InRange(TrainingCheckpoint.Load(path).History.Count, 1, epochs));
        string best = Path.Combine(folder, Checkpointing.BestFileName);
        NetworkModel.Load(best);
        Assert.InRange(File.ReadAllLines(Path.Combine(folder, "log.csv")).Length, epochs + 1, epochs + 2);
        return epochs;
    }
}
