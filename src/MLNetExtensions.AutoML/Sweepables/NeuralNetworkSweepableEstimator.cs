using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.AutoML.CodeGen;
using Microsoft.ML.SearchSpace;

namespace MLNetExtensions.AutoML;

/// <summary>
/// A neural network whose options AutoML searches; made by <c>mlContext.Auto().NeuralNetworkBinary()</c> and its like.
/// </summary>
/// <remarks>
/// <para>AutoML's default tuner judges a trainer by its <see cref="Estimator.EstimatorType"/> before it has seen it, and an
/// unknown one to be the cheapest of all: it would be tried first, and as the cost of the others is estimated from its time, they
/// would hardly be tried. So the type here is the one with the highest start cost of the task
/// (<c>SdcaLogisticRegressionBinary</c>, <c>SdcaLogisticRegressionOva</c>, <c>LbfgsPoissonRegressionRegression</c>): ML.NET's own
/// trainers come first. ML.NET's log shows that name; <see cref="SweepMonitor"/> shows the right one.</para>
/// <para>Beside trainers of unknown type (made by <c>CreateSweepableEstimator</c>) the network then comes late; where that is not
/// wanted, set the type to <see cref="EstimatorType.Unknown"/>.</para>
/// </remarks>
public sealed class NeuralNetworkSweepableEstimator : SweepableEstimator
{
    internal NeuralNetworkSweepableEstimator(
        string name, EstimatorType startCost, SearchSpace<NeuralNetworkHyperparameters> searchSpace,
        Func<MLContext, NeuralNetworkHyperparameters, IEstimator<ITransformer>> factory)
        : base((context, parameter) => factory(context, ToHyperparameters(parameter)), searchSpace)
    {
        Name = name;
        EstimatorType = startCost;
    }

    /// <summary>What the trainer is called in reports, for instance <c>NeuralNetworkBinary</c>.</summary>
    public string Name { get; }

    internal static NeuralNetworkHyperparameters ToHyperparameters(Parameter parameter) =>
        parameter.AsType<NeuralNetworkHyperparameters>();
}
