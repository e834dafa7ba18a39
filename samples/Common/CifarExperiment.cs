using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;

namespace Samples;

/// <summary>The small convolutional network on CIFAR-10, on any engine.</summary>
public static class CifarExperiment
{
    /// <summary>The images of one step.</summary>
    public const int DefaultBatchSize = 128;

    /// <summary>Trains, measures, saves and loads it.</summary>
    /// <param name="files">The images.</param>
    /// <param name="epochs">Passes over them.</param>
    /// <param name="modelPath">Where the model is saved.</param>
    /// <param name="targetAccuracy">The accuracy below which the sample has failed.</param>
    /// <param name="batchSize">The images of one step.</param>
    /// <param name="reportPath">Where a report is written; nowhere when null.</param>
    /// <param name="engine">What computes: the managed engine when null.</param>
    /// <param name="status">What else to show while the network learns; nothing when null.</param>
    /// <returns>The exit code: 0, or 1 below the target.</returns>
    public static int Run(
        CifarFiles files, int epochs, string modelPath, double targetAccuracy, int batchSize = DefaultBatchSize,
        string? reportPath = null, INetworkEngine? engine = null, Func<string>? status = null)
    {
        MLContext ml = new(seed: 1);
        return ImageExperiment.Run(
            ml,
            ml.Data.LoadFromCifar10Files(files.Train),
            ml.Data.LoadFromCifar10Files(files.Test),
            new()
            {
                Engine = engine,
                // The mean and deviation of CIFAR-10's red, green and blue; the model takes bytes.
                Architecture = (shape, classes) => SimpleCnn.Create(
                    classes, shape, dropout: 0.2, new Normalize([125.3f, 123.0f, 113.9f], [63.0f, 62.1f, 66.7f])),
                ValidationFraction = 0.05,
                Epochs = epochs,
                BatchSize = batchSize,
                LearningRate = 3e-3,
                Optimizer = new AdamW(),
                Schedule = new OneCycleSchedule(),
                Augmentations = [new RandomCrop(Padding: 4), new RandomHorizontalFlip()],
                Seed = 1,
            },
            modelPath,
            targetAccuracy,
            reportPath,
            status);
    }
}
