using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace Microsoft.ML;

/// <summary>Neural networks beside ML.NET's own trainers.</summary>
public static class NeuralNetworkCatalog
{
    /// <summary>A neural network for two classes.</summary>
    /// <param name="catalog">The trainers of the task.</param>
    /// <param name="labelColumnName">The label: Boolean for two classes, a key for several, Single for a number, a vector of Single
    /// for several.</param>
    /// <param name="featureColumnName">The features, a vector of known size of Single, best normalised, or of Byte for
    /// pixels.</param>
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
        catalog.NeuralNetwork(SupervisedNetworkOptions.Of<NeuralNetworkBinaryTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, architecture, numberOfEpochs, learningRate, batchSize));

    /// <summary>A neural network for two classes, with all options.</summary>
    public static NeuralNetworkBinaryTrainer NeuralNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, NeuralNetworkBinaryTrainer.Options options) =>
        new(MLNetInternals.Environment(catalog), options);

    /// <summary>A neural network for several classes.</summary>
    /// <inheritdoc cref="NeuralNetwork(BinaryClassificationCatalog.BinaryClassificationTrainers, string, string, string?, NetworkArchitecture?, int, double, int)"/>
    public static NeuralNetworkMulticlassTrainer NeuralNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        NetworkArchitecture? architecture = null,
        int numberOfEpochs = TrainingOptions.DefaultEpochs,
        double learningRate = 1e-3,
        int batchSize = TrainingOptions.DefaultBatchSize) =>
        catalog.NeuralNetwork(SupervisedNetworkOptions.Of<NeuralNetworkMulticlassTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, architecture, numberOfEpochs, learningRate, batchSize));

    /// <summary>A neural network for several classes, with all options.</summary>
    public static NeuralNetworkMulticlassTrainer NeuralNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        NeuralNetworkMulticlassTrainer.Options options) =>
        new(MLNetInternals.Environment(catalog), options);

    /// <summary>A neural network for a number, or for several where the label is a vector.</summary>
    /// <inheritdoc cref="NeuralNetwork(BinaryClassificationCatalog.BinaryClassificationTrainers, string, string, string?, NetworkArchitecture?, int, double, int)"/>
    public static NeuralNetworkRegressionTrainer NeuralNetwork(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        NetworkArchitecture? architecture = null,
        int numberOfEpochs = TrainingOptions.DefaultEpochs,
        double learningRate = 1e-3,
        int batchSize = TrainingOptions.DefaultBatchSize) =>
        catalog.NeuralNetwork(SupervisedNetworkOptions.Of<NeuralNetworkRegressionTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, architecture, numberOfEpochs, learningRate, batchSize));

    /// <summary>A neural network for a number, with all options.</summary>
    public static NeuralNetworkRegressionTrainer NeuralNetwork(
        this RegressionCatalog.RegressionTrainers catalog, NeuralNetworkRegressionTrainer.Options options) =>
        new(MLNetInternals.Environment(catalog), options);

    /// <summary>A neural network for several labels, of which a row has any number.</summary>
    /// <param name="catalog">The trainers of the task.</param>
    /// <param name="labelColumnName">The labels: a vector of known size of Boolean, or of Single with 0 and 1.</param>
    /// <param name="featureColumnName">The features, a vector of known size of Single, best normalised, or of Byte for
    /// pixels.</param>
    /// <param name="exampleWeightColumnName">The weight of each example, Single; null for equal weights.</param>
    /// <param name="architecture">The network; null for hidden layers of 64 and 32 with ReLU.</param>
    /// <param name="numberOfEpochs">How often training sees all rows.</param>
    /// <param name="learningRate">The learning rate of Adam.</param>
    /// <param name="batchSize">The rows of one step.</param>
    public static NeuralNetworkMultiLabelTrainer MultiLabelNeuralNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        NetworkArchitecture? architecture = null,
        int numberOfEpochs = TrainingOptions.DefaultEpochs,
        double learningRate = 1e-3,
        int batchSize = TrainingOptions.DefaultBatchSize) =>
        catalog.MultiLabelNeuralNetwork(SupervisedNetworkOptions.Of<NeuralNetworkMultiLabelTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, architecture, numberOfEpochs, learningRate, batchSize));

    /// <summary>A neural network for several labels, with all options.</summary>
    public static NeuralNetworkMultiLabelTrainer MultiLabelNeuralNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        NeuralNetworkMultiLabelTrainer.Options options) =>
        new(MLNetInternals.Environment(catalog), options);

    /// <summary>A neural network that forecasts series, trained on the windows of <c>mlContext.Data.CreateWindows</c>.</summary>
    /// <param name="catalog">The trainers of the task.</param>
    /// <param name="labelColumnName">The values to forecast: a vector of Single, [series×horizon].</param>
    /// <param name="featureColumnName">The values known: a vector of Single, [series×length].</param>
    /// <param name="exampleWeightColumnName">The weight of each window, Single; null for equal weights.</param>
    /// <param name="architecture">The network; null for <see cref="MLNetExtensions.Networks.Architectures.DLinear"/>.</param>
    /// <param name="numberOfEpochs">How often training sees all windows.</param>
    /// <param name="learningRate">The learning rate of Adam.</param>
    /// <param name="batchSize">The windows of one step.</param>
    public static NeuralNetworkForecastingTrainer NeuralNetwork(
        this ForecastingCatalog.Forecasters catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        NetworkArchitecture? architecture = null,
        int numberOfEpochs = TrainingOptions.DefaultEpochs,
        double learningRate = 1e-3,
        int batchSize = TrainingOptions.DefaultBatchSize) =>
        catalog.NeuralNetwork(SupervisedNetworkOptions.Of<NeuralNetworkForecastingTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, architecture, numberOfEpochs, learningRate, batchSize));

    /// <summary>A neural network that forecasts series, with all options.</summary>
    public static NeuralNetworkForecastingTrainer NeuralNetwork(
        this ForecastingCatalog.Forecasters catalog, NeuralNetworkForecastingTrainer.Options options) =>
        new(MLNetInternals.Environment(catalog), options);

    /// <summary>An autoencoder that tells anomalies by how badly it gives them back; it needs no labels.</summary>
    /// <param name="catalog">The trainers of the task.</param>
    /// <param name="featureColumnName">The features, a vector of known size of Single, best normalised, or of Byte for
    /// pixels.</param>
    /// <param name="exampleWeightColumnName">The weight of each example, Single; null for equal weights.</param>
    /// <param name="architecture">The network, from the features to as many outputs
    /// (<see cref="MLNetExtensions.Networks.Architectures.Autoencoder"/>); null for one hidden layer of 64 on either side of a code
    /// of √features.</param>
    /// <param name="falsePositiveRate">The share of the rows trained on that is to be predicted an anomaly, which sets the
    /// threshold.</param>
    /// <param name="numberOfEpochs">How often training sees all rows.</param>
    /// <param name="learningRate">The learning rate of Adam.</param>
    /// <param name="batchSize">The rows of one step.</param>
    public static AutoencoderTrainer Autoencoder(
        this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog,
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        NetworkArchitecture? architecture = null,
        double falsePositiveRate = AutoencoderTrainer.Options.DefaultFalsePositiveRate,
        int numberOfEpochs = TrainingOptions.DefaultEpochs,
        double learningRate = 1e-3,
        int batchSize = TrainingOptions.DefaultBatchSize) =>
        catalog.Autoencoder(new()
        {
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            Architecture = architecture,
            FalsePositiveRate = falsePositiveRate,
            Epochs = numberOfEpochs,
            LearningRate = learningRate,
            BatchSize = batchSize,
        });

    /// <summary>An autoencoder that tells anomalies, with all options.</summary>
    public static AutoencoderTrainer Autoencoder(
        this AnomalyDetectionCatalog.AnomalyDetectionTrainers catalog, AutoencoderTrainer.Options options) =>
        new(MLNetInternals.Environment(catalog), options);

    /// <summary>The same model with another threshold, as ML.NET's method of that name gives of its own models.</summary>
    /// <param name="catalog">The task.</param>
    /// <param name="model">A model of <see cref="AutoencoderTrainer"/>.</param>
    /// <param name="threshold">The score above which a row is predicted to be an anomaly, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model is of another task, or the threshold not finite.</exception>
    public static NeuralNetworkTransformer ChangeModelThreshold(
        this AnomalyDetectionCatalog catalog, NeuralNetworkTransformer model, float threshold)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        if (!float.IsFinite(threshold))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold must be a finite number.");
        return model.Head is AnomalyHead
            ? model.WithHead(new AnomalyHead(threshold))
            : throw new ArgumentOutOfRangeException(nameof(model), "The model does not detect anomalies, and so has no threshold.");
    }

    /// <summary>Runs a network on a column, as a step of a pipeline. Cut at a layer, a pretrained network turns images into
    /// features for any trainer (transfer learning without training the network). The network is saved in the model
    /// .zip.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column of the network's outputs, a vector of Single.</param>
    /// <param name="inputColumnName">The column that the network takes: a vector of Single or Byte, of the size of the network's
    /// input. Pixels may be channels×height×width or interleaved (<c>ExtractPixels</c> with or without
    /// <c>interleavePixelColors</c>).</param>
    /// <param name="model">The network and its weights: of <see cref="NetworkModel.Load(string, NetworkDefinition?)"/>, of
    /// <see cref="NetworkModel.LoadOnnx(string, OnnxImportOptions?)"/>, or the <see cref="NeuralNetworkTransformer.Model"/> of
    /// one that was trained here.</param>
    /// <param name="layer">The layer, or group of layers, whose output is wanted (<see cref="NetworkModel.CutAt"/>); null for the
    /// whole network.</param>
    /// <param name="interleavedPixels">Whether the pixels lie interleaved; null to tell it by the dimensions of the column (<see
    /// cref="NeuralNetworkOptions.InterleavedPixels"/>).</param>
    /// <exception cref="ArgumentException">The network has no such layer.</exception>
    public static NeuralNetworkScoringEstimator ApplyNeuralNetwork(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, NetworkModel model, string? layer = null,
        bool? interleavedPixels = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        ArgumentNullException.ThrowIfNull(model);
        return new(
            MLNetInternals.Environment(catalog), outputColumnName, inputColumnName, layer is null ? model : model.CutAt(layer),
            interleavedPixels);
    }
}
