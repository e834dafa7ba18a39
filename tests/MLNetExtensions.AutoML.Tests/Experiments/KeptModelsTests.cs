using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.AutoML;

namespace MLNetExtensions.AutoML.Tests.Experiments;

/// <summary>AutoML keeps the models of all folds of a trial, disposes none, and leaves those of earlier trials to the garbage
/// collector.</summary>
public sealed class KeptModelsTests
{
    [Fact]
    public void Many_trials_of_wide_networks_don_t_pile_up_memory()
    {
        const int folds = 5, trials = 40;
        MLContext ml = new(seed: 1);
        // 200,000 weights: 0.8 MB a model, and more than that for each of its scoring sessions.
        NeuralNetworkHyperparameters wide = new() { HiddenLayers = 4, Width = 256, WidthRatio = 1, BatchSize = 256, Epochs = 1 };
        SweepablePipeline pipeline = Sweeps.Preparation(ml).Append(ml.Auto().NeuralNetworkBinary(configure: wide.ApplyTo));
        List<long> megabytes = [];
        SweepMonitor monitor = new(pipeline, trial =>
        {
            using Process process = Process.GetCurrentProcess();
            megabytes.Add(process.PrivateMemorySize64 >> 20);
        });
        ml.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(Sweeps.Binary(), folds)
            .SetBinaryClassificationMetric(BinaryClassificationMetric.Accuracy, "Label")
            .SetMonitor(monitor).SetRandomSearchTuner(1).SetMaxModelToExplore(trials).Run();
        long begun = megabytes.Take(megabytes.Count / 4).Max(), ended = megabytes.TakeLast(megabytes.Count / 4).Max();
        Assert.True(ended < begun + 100, $"MB: {string.Join(' ', megabytes)}");
    }
}
