using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.AutoML.Tests;

/// <summary>Tables, spaces and experiments that several tests use.</summary>
internal static class Sweeps
{
    /// <summary>Whether the signs of the first two features agree.</summary>
    public static TableView Binary(int rows = 200, int seed = 1)
    {
        Points points = new(seed, rows);
        return new(TableColumn.Boolean("Label", points.Products.Select(product => product > 0)), points.Column);
    }

    public static TableView Multiclass(int rows = 200, int seed = 1)
    {
        Points points = new(seed, rows);
        return new(TableColumn.Key("Label", points.Classes.Select(value => value + 1), 3), points.Column);
    }

    public static TableView Regression(int rows = 200, int seed = 1)
    {
        Points points = new(seed, rows);
        return new(TableColumn.Single("Label", points.Products), points.Column);
    }

    /// <summary>Makes all trainers of one option alike, whatever context they are made in.</summary>
    public static void Seed(NeuralNetworkOptions options) => options.Seed = 1;

    /// <summary>A space of small networks that train in no time.</summary>
    public static SearchSpace<NeuralNetworkHyperparameters> Small() => new()
    {
        ["HiddenLayers"] = new ChoiceOption(1, 2),
        ["Width"] = new ChoiceOption(4, 8),
        ["Epochs"] = new ChoiceOption(1, 2),
    };

    /// <summary>The preparation that sweeps begin with.</summary>
    public static IEstimator<ITransformer> Preparation(MLContext ml) => ml.Transforms.NormalizeMeanVariance("Features");

    /// <summary>An experiment for two classes on training and test rows.</summary>
    public static AutoMLExperiment BinaryExperiment(MLContext ml, SweepablePipeline pipeline, IMonitor? monitor = null)
    {
        AutoMLExperiment experiment = ml.Auto().CreateExperiment()
            .SetPipeline(pipeline)
            .SetDataset(Binary(seed: 1), Binary(seed: 2))
            .SetBinaryClassificationMetric(BinaryClassificationMetric.AreaUnderRocCurve, "Label");
        return monitor is null ? experiment : experiment.SetMonitor(monitor);
    }

    /// <summary>Logistic regression as anyone's sweepable trainer.</summary>
    public static SweepableEstimator Logistic(MLContext ml) => ml.Auto().CreateSweepableEstimator(
        (context, option) => context.BinaryClassification.Trainers.NeuralNetwork(
            architecture: (shape, outputs) => Networks.Architectures.FeedForward.Create(shape, outputs, []),
            learningRate: option.LearningRate, numberOfEpochs: 1),
        new SearchSpace<LogisticOption>());

    public sealed class LogisticOption
    {
        [Range(0.001, 0.1, 0.01, true)]
        public double LearningRate { get; set; }
    }
}
