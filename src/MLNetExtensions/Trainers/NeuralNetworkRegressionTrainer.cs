using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>Trains a neural network to predict a number, by squared error unless told otherwise.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>label</term><description>Single</description></item>
/// <item><term>features</term><description>vector of Single, or of Byte (pixels), of known size; rows with
/// missing values are skipped</description></item>
/// <item><term>normalisation wanted</term><description>yes, of the features; labels are standardised inside</description></item>
/// <item><term>adds</term><description>Score (Single, in the label's unit)</description></item>
/// <item><term>history</term><description>losses and metrics in the label's unit (squared errors in its square)</description></item>
/// </list>
/// </remarks>
public sealed class NeuralNetworkRegressionTrainer : NeuralNetworkTrainer
{
    private readonly Options _options;

    /// <summary>The options of a regression.</summary>
    public sealed class Options : NeuralNetworkOptions
    {
        /// <summary>What is minimised: <see cref="MeanSquaredErrorLoss"/> (when null), <see cref="L1Loss"/> or
        /// <see cref="HuberLoss"/> (its delta in the standardised label's unit).</summary>
        public Loss? Loss { get; set; }

        /// <summary>Whether the network learns (label − mean) / deviation, which makes training independent of the label's unit;
        /// scores are in the label's unit all the same. A fit that goes on from a <see cref="NeuralNetworkTransformer"/> keeps
        /// the mean and deviation of that one, so that its weights mean what they meant.</summary>
        public bool StandardizeLabel { get; set; } = true;
    }

    internal NeuralNetworkRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, options)
    {
        RejectTwoLosses(options, options.Loss is not null, nameof(Options.Loss));
        if (options.Loss is not (null or MeanSquaredErrorLoss or L1Loss or HuberLoss))
            throw new ArgumentOutOfRangeException(nameof(options), $"{options.Loss} is not a loss of regressions.");
        _options = options;
    }

    private protected override SchemaShape.Column LabelShape =>
        ColumnShapes.Scalar(_options.LabelColumnName, NumberDataViewType.Single);

    private protected override LabelReader LabelReader => LabelReader.Single;

    private protected override LearningTask CreateTask(
        DataViewSchema.Column label, TrainingSet training, PredictionHead? initial)
    {
        (float scale, float offset) = (1, 0);
        if (initial is RegressionHead known)
        {
            (scale, offset) = (known.Scale, known.Offset);
        }
        else if (_options.StandardizeLabel)
        {
            double mean = training.Mean(value => value);
            double deviation = Math.Sqrt(training.Mean(value => (value - mean) * (value - mean)));
            // A constant label has nothing to scale.
            (scale, offset) = (deviation > 0 ? (float)deviation : 1, (float)mean);
        }
        return new(
            new RegressionHead(scale, offset), _options.Loss ?? new MeanSquaredErrorLoss(),
            labels => [.. labels.Select(value => (value - offset) / scale)], Stratified: false, TargetUnit: scale);
    }

    private protected override void Check(NetworkDefinition network)
    {
        if (_options.StandardizeLabel && network.OutputNode is { Layer: ReLU or Sigmoid or Softmax } last)
            throw new ArgumentOutOfRangeException(
                nameof(Options.Architecture),
                $"The network ends in {last.Layer.GetType().Name} ('{last.Name}') and so gives no number below 0, but it " +
                "learns (label − mean) / deviation, which is below 0 for every label below the mean. Leave that layer out, or " +
                "set StandardizeLabel to false.");
    }

    private protected override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) =>
        [ColumnShapes.Scalar(PredictionHead.Score, NumberDataViewType.Single, annotations: ColumnShapes.ScoreAnnotations())];
}
