using System.Runtime.CompilerServices;
using Microsoft.ML.AutoML;
using Microsoft.ML.AutoML.CodeGen;
using Microsoft.ML.SearchSpace;
using MLNetExtensions.AutoML;
using MLNetExtensions.Trainers;

namespace Microsoft.ML;

/// <summary>Neural networks that take part in AutoML sweeps, by themselves or beside ML.NET's own trainers.</summary>
public static class NeuralNetworkAutoCatalog
{
    /// <summary>A neural network for two classes, whose options are searched.</summary>
    /// <param name="catalog">AutoML's catalog, <c>mlContext.Auto()</c>.</param>
    /// <param name="labelColumnName">The label, Boolean.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known size, best normalised.</param>
    /// <param name="exampleWeightColumnName">The weight of each example, Single; null for equal weights.</param>
    /// <param name="searchSpace">Where to search; null for all of <see cref="NeuralNetworkHyperparameters"/>. One that is removed
    /// from it has its value in the space's default, or the class's own default.</param>
    /// <param name="configure">Sets what is not searched (engine, schedule, early stopping, class weights, seed, progress). It is
    /// called for every trainer that is made, after the trial's hyperparameters were applied, and so has the last word.</param>
    public static NeuralNetworkSweepableEstimator NeuralNetworkBinary(
        this AutoCatalog catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        SearchSpace<NeuralNetworkHyperparameters>? searchSpace = null,
        Action<NeuralNetworkBinaryTrainer.Options>? configure = null) =>
        Create(
            catalog, labelColumnName, featureColumnName, exampleWeightColumnName, searchSpace, configure,
            EstimatorType.SdcaLogisticRegressionBinary,
            (context, options) => context.BinaryClassification.Trainers.NeuralNetwork(options));

    /// <summary>A neural network for several classes, whose options are searched.</summary>
    /// <param name="catalog">AutoML's catalog, <c>mlContext.Auto()</c>.</param>
    /// <param name="labelColumnName">The label, a key.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known size, best
    /// normalised, or pixels as a vector of Byte.</param>
    /// <param name="exampleWeightColumnName">The weight of each example, Single; null for equal weights.</param>
    /// <param name="searchSpace">Where to search; null for all of <see cref="NeuralNetworkHyperparameters"/>. One that is removed
    /// from it has its value in the space's default, or the class's own default.</param>
    /// <param name="configure">Sets what is not searched (engine, schedule, early stopping, class weights, seed, progress). It is
    /// called for every trainer that is made, after the trial's hyperparameters were applied, and so has the last word.</param>
    public static NeuralNetworkSweepableEstimator NeuralNetworkMulti(
        this AutoCatalog catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        SearchSpace<NeuralNetworkHyperparameters>? searchSpace = null,
        Action<NeuralNetworkMulticlassTrainer.Options>? configure = null) =>
        Create(
            catalog, labelColumnName, featureColumnName, exampleWeightColumnName, searchSpace, configure,
            EstimatorType.SdcaLogisticRegressionOva,
            (context, options) => context.MulticlassClassification.Trainers.NeuralNetwork(options));

    /// <summary>A neural network for a number, whose options are searched.</summary>
    /// <param name="catalog">AutoML's catalog, <c>mlContext.Auto()</c>.</param>
    /// <param name="labelColumnName">The label, Single.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known size, best normalised.</param>
    /// <param name="exampleWeightColumnName">The weight of each example, Single; null for equal weights.</param>
    /// <param name="searchSpace">Where to search; null for all of <see cref="NeuralNetworkHyperparameters"/>. One that is removed
    /// from it has its value in the space's default, or the class's own default.</param>
    /// <param name="configure">Sets what is not searched (engine, schedule, early stopping, loss, seed, progress). It is
    /// called for every trainer that is made, after the trial's hyperparameters were applied, and so has the last word.</param>
    public static NeuralNetworkSweepableEstimator NeuralNetworkRegression(
        this AutoCatalog catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        SearchSpace<NeuralNetworkHyperparameters>? searchSpace = null,
        Action<NeuralNetworkRegressionTrainer.Options>? configure = null) =>
        Create(
            catalog, labelColumnName, featureColumnName, exampleWeightColumnName, searchSpace, configure,
            EstimatorType.LbfgsPoissonRegressionRegression,
            (context, options) => context.Regression.Trainers.NeuralNetwork(options));

    /// <summary>The estimators are made in the context of the trial, which AutoML cancels when the time is up.</summary>
    private static NeuralNetworkSweepableEstimator Create<TOptions>(
        AutoCatalog catalog, string label, string features, string? weight,
        SearchSpace<NeuralNetworkHyperparameters>? searchSpace, Action<TOptions>? configure, EstimatorType startCost,
        Func<MLContext, TOptions, IEstimator<ITransformer>> createTrainer, [CallerMemberName] string name = "")
        where TOptions : SupervisedNetworkOptions, new()
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(label, "labelColumnName");
        ArgumentException.ThrowIfNullOrEmpty(features, "featureColumnName");
        return new(name, startCost, searchSpace ?? new(), (context, hyperparameters) =>
        {
            TOptions options = new()
            {
                LabelColumnName = label, FeatureColumnName = features, ExampleWeightColumnName = weight,
            };
            hyperparameters.ApplyTo(options);
            configure?.Invoke(options);
            return new TrialTrainer(createTrainer(context, options));
        });
    }
}
