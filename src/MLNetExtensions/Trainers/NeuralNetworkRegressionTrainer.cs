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
/// <item><term>label</term><description>Single; rows without one (NaN or infinite) are skipped</description></item>
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

    /// <summary>The options of a regression. <see cref="TrainingOptions.Loss"/> is <see cref="MeanSquaredErrorLoss"/> (when
    /// null), <see cref="L1Loss"/>, <see cref="HuberLoss"/> (its delta in the standardised label's unit) or a loss of one's
    /// own.</summary>
    public sealed record Options : NeuralNetworkOptions
    {
        /// <summary>Whether the network learns (label − mean) / deviation, which makes training independent of the label's unit;
        /// scores are in the label's unit all the same. A fit that goes on from a <see cref="NeuralNetworkTransformer"/> keeps
        /// the mean and deviation of that one, so that its weights mean what they meant.</summary>
        public bool StandardizeLabel { get; set; } = true;
    }

    internal NeuralNetworkRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, options, RegressionHead.Columns)
    {
        RequireNumbers(options, "regressions");
        _options = (Options)CommonOptions;
    }

    private protected override SchemaShape.Column LabelShape =>
        ColumnShapes.Scalar(_options.LabelColumnName, NumberDataViewType.Single);

    private protected override bool LearnsClasses => false;

    private protected override int OutputsFor(DataViewSchema.Column label) => 1;

    private protected override LabelReader CreateLabelReader(int outputs) => LabelReader.Single;

    private protected override LearningTask CreateTask(
        DataViewSchema.Column label, TrainingData training, PredictionHead? initial, IChannel channel)
    {
        (float scale, float offset) = (1, 0);
        if (initial is RegressionHead known)
        {
            (scale, offset) = (known.Scale, known.Offset);
        }
        else if (_options.StandardizeLabel)
        {
            double mean = training.MeanOfLabels(value => value);
            double deviation = Math.Sqrt(training.MeanOfLabels(value => (value - mean) * (value - mean)));
            // A constant label has nothing to scale.
            (scale, offset) = (deviation > 0 ? (float)deviation : 1, (float)mean);
        }
        return new(
            new RegressionHead(scale, offset), new MeanSquaredErrorLoss(), label => label[0] = (label[0] - offset) / scale,
            TargetUnit: scale);
    }

    private protected override void Check(NetworkDefinition network)
    {
        if (network.OutputNode() is { Layer: Softmax } softmax)
            throw new ArgumentOutOfRangeException(
                nameof(Options.Architecture),
                $"The network ends in Softmax ('{softmax.Name}') of one output, which is 1 whatever the features. Leave it out.");
        if (_options.StandardizeLabel)
            RequireEveryNumber(network, "label", nameof(Options.StandardizeLabel));
    }

    private protected override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) =>
        [ColumnShapes.Scalar(PredictionHead.Score, NumberDataViewType.Single, annotations: ColumnShapes.ScoreAnnotations())];
}
