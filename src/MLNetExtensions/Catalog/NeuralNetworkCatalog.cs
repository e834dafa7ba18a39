using MLNetExtensions.Interop;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Microsoft.ML;

/// <summary>Neural networks beside ML.NET's own trainers.</summary>
public static class NeuralNetworkCatalog
{
    /// <summary>A neural network for two classes.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="labelColumnName">The label, Boolean.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known size, best normalised.</param>
    /// <param name="exampleWeightColumnName">The weight of each example, Single; null for equal weights.</param>
    /// <param name="architecture">The network; null for hidden layers of 64 and 32 with ReLU.</param>
    /// <param name="numberOfEpochs">How often training sees all rows.</param>
    /// <param name="learningRate">The learning rate of Adam.</param>
    /// <param name="batchSize">The rows of one step.</param>
    public static NeuralNetworkBinaryTrainer NeuralNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        NetworkArchitecture? architecture = null,
        int numberOfEpochs = TrainingOptions.DefaultEpochs,
        double learningRate = 1e-3,
        int batchSize = TrainingOptions.DefaultBatchSize) =>
        catalog.NeuralNetwork(Fill(
            new NeuralNetworkBinaryTrainer.Options(), labelColumnName, featureColumnName, exampleWeightColumnName,
            architecture, numberOfEpochs, learningRate, batchSize));

    /// <summary>A neural network for two classes, with all options.</summary>
    public static NeuralNetworkBinaryTrainer NeuralNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, NeuralNetworkBinaryTrainer.Options options) =>
        new(MLNetInternals.Environment(catalog), options);

    /// <summary>A neural network for several classes.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known size, best
    /// normalised, or pixels as a vector of Byte.</param>
    /// <param name="exampleWeightColumnName">The weight of each example, Single; null for equal weights.</param>
    /// <param name="architecture">The network; null for hidden layers of 64 and 32 with ReLU.</param>
    /// <param name="numberOfEpochs">How often training sees all rows.</param>
    /// <param name="learningRate">The learning rate of Adam.</param>
    /// <param name="batchSize">The rows of one step.</param>
    public static NeuralNetworkMulticlassTrainer NeuralNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        NetworkArchitecture? architecture = null,
        int numberOfEpochs = TrainingOptions.DefaultEpochs,
        double learningRate = 1e-3,
        int batchSize = TrainingOptions.DefaultBatchSize) =>
        catalog.NeuralNetwork(Fill(
            new NeuralNetworkMulticlassTrainer.Options(), labelColumnName, featureColumnName, exampleWeightColumnName,
            architecture, numberOfEpochs, learningRate, batchSize));

    /// <summary>A neural network for several classes, with all options.</summary>
    public static NeuralNetworkMulticlassTrainer NeuralNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        NeuralNetworkMulticlassTrainer.Options options) =>
        new(MLNetInternals.Environment(catalog), options);

    /// <summary>A neural network for a number.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="labelColumnName">The label, Single.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known size, best normalised.</param>
    /// <param name="exampleWeightColumnName">The weight of each example, Single; null for equal weights.</param>
    /// <param name="architecture">The network; null for hidden layers of 64 and 32 with ReLU.</param>
    /// <param name="numberOfEpochs">How often training sees all rows.</param>
    /// <param name="learningRate">The learning rate of Adam.</param>
    /// <param name="batchSize">The rows of one step.</param>
    public static NeuralNetworkRegressionTrainer NeuralNetwork(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        NetworkArchitecture? architecture = null,
        int numberOfEpochs = TrainingOptions.DefaultEpochs,
        double learningRate = 1e-3,
        int batchSize = TrainingOptions.DefaultBatchSize) =>
        catalog.NeuralNetwork(Fill(
            new NeuralNetworkRegressionTrainer.Options(), labelColumnName, featureColumnName, exampleWeightColumnName,
            architecture, numberOfEpochs, learningRate, batchSize));

    /// <summary>A neural network for a number, with all options.</summary>
    public static NeuralNetworkRegressionTrainer NeuralNetwork(
        this RegressionCatalog.RegressionTrainers catalog, NeuralNetworkRegressionTrainer.Options options) =>
        new(MLNetInternals.Environment(catalog), options);

    internal static TOptions Fill<TOptions>(
        TOptions options, string label, string features, string? weight, NetworkArchitecture? architecture, int epochs,
        double learningRate, int batchSize)
        where TOptions : NeuralNetworkOptions
    {
        options.LabelColumnName = label;
        options.FeatureColumnName = features;
        options.ExampleWeightColumnName = weight;
        options.Architecture = architecture;
        options.Training = new TrainingOptions { Epochs = epochs, BatchSize = batchSize, Optimizer = new Adam(learningRate) };
        return options;
    }
}
