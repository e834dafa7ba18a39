using Microsoft.ML;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples;

/// <summary>A network on CIFAR-10, on any engine.</summary>
public static class CifarExperiment
{
    /// <summary>The images of one step.</summary>
    public const int DefaultBatchSize = 128;

    /// <summary>The share of images that measure where no file is named for it.</summary>
    private const double MeasuredShare = 0.1;

    /// <summary>Trains, measures, saves and loads it.</summary>
    /// <param name="files">The images.</param>
    /// <param name="recipe">The network and its training.</param>
    /// <param name="epochs">Passes over the images; the recipe's when null.</param>
    /// <param name="output">What is written, and what must be reached.</param>
    /// <param name="batchSize">The images of one step.</param>
    /// <param name="engine">What computes: the managed engine when null.</param>
    /// <param name="status">What else to show while the network learns; nothing when null.</param>
    /// <returns>The exit code: 0, or 1 below the target.</returns>
    public static int Run(
        CifarFiles files, NetworkRecipe recipe, int? epochs, ExperimentOutput output, int batchSize = DefaultBatchSize,
        INetworkEngine? engine = null, Func<string>? status = null)
    {
        MLContext ml = new(seed: 1);
        IDataView train = ml.Data.LoadFromCifar10Files(files.Train), test;
        if (files.Test.Count > 0)
            test = ml.Data.LoadFromCifar10Files(files.Test);
        else
        {
            DataOperationsCatalog.TrainTestData parts = ml.Data.TrainTestSplit(train, MeasuredShare, seed: 1);
            (train, test) = (parts.TrainSet, parts.TestSet);
        }
        NeuralNetworkMulticlassTrainer.Options options = recipe.ToOptions(epochs, batchSize);
        options.Engine = engine;
        return ImageExperiment.Run(ml, train, test, options, output, status);
    }
}
