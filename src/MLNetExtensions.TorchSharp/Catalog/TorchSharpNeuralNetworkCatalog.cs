using MLNetExtensions.Interop;
using MLNetExtensions.Networks.TorchSharp;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// The neural networks of <see cref="NeuralNetworkCatalog"/>, trained on libtorch. The context says where: on the processor
/// unless <see cref="MLContext.GpuDeviceId"/> is set; where that device is missing the processor takes its place if
/// <see cref="MLContext.FallbackToCpu"/>. What comes out scores on the managed engine: a saved model does not need libtorch.
/// </summary>
public static class TorchSharpNeuralNetworkCatalog
{
    /// <inheritdoc cref="NeuralNetworkCatalog.NeuralNetwork(BinaryClassificationCatalog.BinaryClassificationTrainers,
    /// string, string, string?, NetworkArchitecture?, int, double, int)"/>
    /// <exception cref="InvalidOperationException">There is no libtorch, or no such device; the message says which package to
    /// add.</exception>
    public static NeuralNetworkBinaryTrainer TorchSharpNeuralNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, string labelColumnName = "Label",
        string featureColumnName = "Features", string? exampleWeightColumnName = null, NetworkArchitecture? architecture = null,
        int numberOfEpochs = TrainingOptions.DefaultEpochs, double learningRate = 1e-3,
        int batchSize = TrainingOptions.DefaultBatchSize) =>
        catalog.TorchSharpNeuralNetwork(SupervisedNetworkOptions.Of<NeuralNetworkBinaryTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, architecture, numberOfEpochs, learningRate, batchSize));

    /// <summary>A neural network for two classes, with all options.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="options">The options; <see cref="NeuralNetworkOptions.Engine"/> is filled in where it is null.</param>
    /// <exception cref="InvalidOperationException">There is no libtorch, or no such device; the message says which package to
    /// add.</exception>
    public static NeuralNetworkBinaryTrainer TorchSharpNeuralNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, NeuralNetworkBinaryTrainer.Options options) =>
        catalog.NeuralNetwork(WithEngine(options, MLNetInternals.Environment(catalog)));

    /// <inheritdoc cref="NeuralNetworkCatalog.NeuralNetwork(MulticlassClassificationCatalog.MulticlassClassificationTrainers,
    /// string, string, string?, NetworkArchitecture?, int, double, int)"/>
    /// <exception cref="InvalidOperationException">There is no libtorch, or no such device; the message says which package to
    /// add.</exception>
    public static NeuralNetworkMulticlassTrainer TorchSharpNeuralNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, string labelColumnName = "Label",
        string featureColumnName = "Features", string? exampleWeightColumnName = null, NetworkArchitecture? architecture = null,
        int numberOfEpochs = TrainingOptions.DefaultEpochs, double learningRate = 1e-3,
        int batchSize = TrainingOptions.DefaultBatchSize) =>
        catalog.TorchSharpNeuralNetwork(SupervisedNetworkOptions.Of<NeuralNetworkMulticlassTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, architecture, numberOfEpochs, learningRate, batchSize));

    /// <summary>A neural network for several classes, with all options.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="options">The options; <see cref="NeuralNetworkOptions.Engine"/> is filled in where it is null.</param>
    /// <exception cref="InvalidOperationException">There is no libtorch, or no such device; the message says which package to
    /// add.</exception>
    public static NeuralNetworkMulticlassTrainer TorchSharpNeuralNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        NeuralNetworkMulticlassTrainer.Options options) =>
        catalog.NeuralNetwork(WithEngine(options, MLNetInternals.Environment(catalog)));

    /// <inheritdoc cref="NeuralNetworkCatalog.NeuralNetwork(RegressionCatalog.RegressionTrainers,
    /// string, string, string?, NetworkArchitecture?, int, double, int)"/>
    /// <exception cref="InvalidOperationException">There is no libtorch, or no such device; the message says which package to
    /// add.</exception>
    public static NeuralNetworkRegressionTrainer TorchSharpNeuralNetwork(
        this RegressionCatalog.RegressionTrainers catalog, string labelColumnName = "Label",
        string featureColumnName = "Features", string? exampleWeightColumnName = null, NetworkArchitecture? architecture = null,
        int numberOfEpochs = TrainingOptions.DefaultEpochs, double learningRate = 1e-3,
        int batchSize = TrainingOptions.DefaultBatchSize) =>
        catalog.TorchSharpNeuralNetwork(SupervisedNetworkOptions.Of<NeuralNetworkRegressionTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, architecture, numberOfEpochs, learningRate, batchSize));

    /// <summary>A neural network for a number, with all options.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="options">The options; <see cref="NeuralNetworkOptions.Engine"/> is filled in where it is null.</param>
    /// <exception cref="InvalidOperationException">There is no libtorch, or no such device; the message says which package to
    /// add.</exception>
    public static NeuralNetworkRegressionTrainer TorchSharpNeuralNetwork(
        this RegressionCatalog.RegressionTrainers catalog, NeuralNetworkRegressionTrainer.Options options) =>
        catalog.NeuralNetwork(WithEngine(options, MLNetInternals.Environment(catalog)));

    private static TOptions WithEngine<TOptions>(TOptions options, IHostEnvironment env)
        where TOptions : NeuralNetworkOptions
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Engine is null)
        {
            (int? device, bool fallbackToCpu) = MLNetInternals.Gpu(env);
            bool onProcessor = device is null || (fallbackToCpu && device >= TorchSharpEngine.CudaDeviceCount);
            options.Engine = new TorchSharpEngine(onProcessor ? "cpu" : $"cuda:{device}");
        }
        return options;
    }
}
