using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Tests.Faults;

/// <summary>A run with checkpoints in another process, which may be killed.</summary>
internal static class KilledTraining
{
    /// <summary>The argument that makes the program run it.</summary>
    public const string Argument = "--train";

    /// <summary>What the process says when it has begun.</summary>
    public const string Begun = "begun";

    /// <summary>Trains, going on from what is in the folder.</summary>
    /// <param name="folder">Where checkpoints are kept; null for no checkpoints.</param>
    /// <returns>The hash of all weights, of the best epoch and history.</returns>
    public static string Run(string? folder)
    {
        Random random = new(1);
        float[] features = [.. Enumerable.Range(0, 4 * 256).Select(_ => random.NextSingle() - 0.5f)];
        float[] targets = [.. Enumerable.Range(0, 256).Select(row => features[4 * row] * features[4 * row + 1] > 0 ? 1f : 0)];
        InMemoryTrainingData<float> data = new(new(4), features, targets);
        TrainingResult result = NetworkTrainer.Fit(
            FeedForward.Create(new(4), 1, [64, 64], dropout: 0.2), new ManagedEngine(1), data, data, new()
            {
                Loss = new BinaryCrossEntropyLoss(), Epochs = 150, BatchSize = 16, Seed = 3, LearningRate = 0.005, AverageDecay = 0.99,
                Schedule = new OneCycleSchedule(), Metrics = [new F1Metric(), new RocAucMetric()],
                EarlyStopping = new(Patience: 1000, Monitor: MonitoredQuantity.Metric("ROC-AUC")),
                Callbacks = folder is null ? [] : [new CsvLog(Path.Combine(folder, "log.csv")), new Checkpointing(folder, KeepLast: 3, SaveBest: true)],
            });
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, WeightTensor tensor) in result.Model.Weights)
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
        foreach (EpochRecord epoch in result.History)
            hash.AppendData(Encoding.UTF8.GetBytes($"{epoch.Loss:R} {epoch.ValidationMetrics}"));
        return $"{result.BestEpoch} {Convert.ToHexString(hash.GetHashAndReset())}";
    }

    /// <summary>Starts it in another process.</summary>
    public static Process Start(string folder) => Process.Start(SecondProcess.StartInfo([Argument, folder]))!;
}
