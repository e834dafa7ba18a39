using System.Globalization;
using Microsoft.ML.SearchSpace;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.AutoML;

/// <summary>
/// A feed-forward network and how it is trained: one point of the search space that
/// <c>new SearchSpace&lt;NeuralNetworkHyperparameters&gt;()</c> makes of the attributes. A sweep begins at the defaults, which
/// are the trainers' own but for a little weight decay: hidden layers of 64 and 32 with ReLU, a rate of 0.001, batches of 32,
/// 20 epochs.
/// </summary>
/// <remarks>
/// Ranges on a logarithmic scale are marked log. Numbers of layers, units, rows and epochs are choices, in order, so that the
/// largest is as likely as the others.
/// <list type="table">
/// <listheader><term>hyperparameter</term><description>default, and where it is searched</description></listheader>
/// <item><term><see cref="HiddenLayers"/></term><description>2 of 1, 2, 3</description></item>
/// <item><term><see cref="Width"/></term><description>64 of 8, 16, 32, 64, 128, 256</description></item>
/// <item><term><see cref="WidthRatio"/></term><description>0.5 in [0.25, 1]</description></item>
/// <item><term><see cref="Activation"/></term><description>ReLU of all</description></item>
/// <item><term><see cref="Dropout"/></term><description>0 in [0, 0.6]</description></item>
/// <item><term><see cref="BatchNorm"/></term><description>false of true, false</description></item>
/// <item><term><see cref="LearningRate"/></term><description>0.001 in [0.0001, 0.03], log</description></item>
/// <item><term><see cref="WeightDecay"/></term><description>0.0001 in [0.000001, 1], log</description></item>
/// <item><term><see cref="BatchSize"/></term><description>32 of 16, 32, 64, 128, 256</description></item>
/// <item><term><see cref="Epochs"/></term><description>20 of 5, 10, 20, 40, 80</description></item>
/// </list>
/// </remarks>
public sealed class NeuralNetworkHyperparameters
{
    /// <summary>The number of hidden layers; 0, which is not searched, makes a linear model.</summary>
    [Choice(new object[] { 1, 2, 3 }, 2)]
    public int HiddenLayers { get; set; } = 2;

    /// <summary>The units of the first hidden layer.</summary>
    [Choice(new object[] { 8, 16, 32, 64, 128, 256 }, 64)]
    public int Width { get; set; } = 64;

    /// <summary>The units of each further hidden layer as a share of the one before.</summary>
    [Range(0.25, 1.0, 0.5)]
    public double WidthRatio { get; set; } = 0.5;

    /// <summary>The function after each hidden layer.</summary>
    [Choice(
        ActivationFunction.ReLU, ActivationFunction.LeakyReLU, ActivationFunction.GELU, ActivationFunction.SiLU,
        ActivationFunction.Tanh)]
    public ActivationFunction Activation { get; set; }

    /// <summary>The share of hidden values dropped while training, in [0, 1).</summary>
    [Range(0.0, 0.6, 0.0)]
    public double Dropout { get; set; }

    /// <summary>Whether each hidden layer's sums are batch-normalised.</summary>
    [BooleanChoice(false)]
    public bool BatchNorm { get; set; }

    /// <summary>The base learning rate of <see cref="AdamW"/>.</summary>
    [Range(1e-4, 0.03, 1e-3, true)]
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>The decoupled weight decay of <see cref="AdamW"/>.</summary>
    [Range(1e-6, 1.0, 1e-4, true)]
    public double WeightDecay { get; set; } = 1e-4;

    /// <summary>The rows of a step.</summary>
    [Choice(new object[] { 16, 32, 64, 128, 256 }, 32)]
    public int BatchSize { get; set; } = TrainingOptions.DefaultBatchSize;

    /// <summary>The passes over the rows.</summary>
    [Choice(new object[] { 5, 10, 20, 40, 80 }, 20)]
    public int Epochs { get; set; } = TrainingOptions.DefaultEpochs;

    /// <summary>The units of each hidden layer: <see cref="Width"/>, then each <see cref="WidthRatio"/> of the one before, at
    /// least 1.</summary>
    public IReadOnlyList<int> HiddenWidths =>
        [.. Enumerable.Range(0, HiddenLayers).Select(layer => Math.Max(1, (int)Math.Round(Width * Math.Pow(WidthRatio, layer))))];

    /// <summary>Sets the architecture, the learning rate, the optimiser, the batch size and the epochs of
    /// <paramref name="options"/>; leaves everything else as it is. So a trainer is made of what a sweep found.</summary>
    public void ApplyTo(NeuralNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Read now: what is changed here later does not change a trainer.
        (IReadOnlyList<int> widths, ActivationFunction activation, double dropout, bool batchNorm) =
            (HiddenWidths, Activation, Dropout, BatchNorm);
        options.Architecture = (shape, outputs) =>
            FeedForward.Create(shape, outputs, widths, activation.ToLayer(), dropout, batchNorm);
        options.LearningRate = LearningRate;
        options.Optimizer = new AdamW(WeightDecay: WeightDecay);
        options.BatchSize = BatchSize;
        options.Epochs = Epochs;
    }

    /// <summary>The network in a line:
    /// <c>64-32 ReLU, dropout 0.2, batch norm, rate 0.001, decay 0.0001, batch 32, 20 epochs</c>.</summary>
    public override string ToString()
    {
        string layers = HiddenLayers == 0 ? "linear" : $"{string.Join('-', HiddenWidths)} {Activation}";
        string dropout = Dropout > 0 ? string.Create(CultureInfo.InvariantCulture, $", dropout {Dropout:g2}") : "";
        string batchNorm = BatchNorm ? ", batch norm" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{layers}{dropout}{batchNorm}, rate {LearningRate:g2}, decay {WeightDecay:g2}, batch {BatchSize}, {Epochs} epochs");
    }
}
