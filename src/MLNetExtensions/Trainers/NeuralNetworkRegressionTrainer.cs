using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Persistence;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>Trains a neural network to predict a number, or several at once, by squared error unless told otherwise.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>label</term><description>Single, or a vector of Single of known size; rows without it (a NaN or infinite number) are
/// skipped</description></item>
/// <item><term>features</term><description>vector of Single, or of Byte (pixels), of known size; rows with
/// missing values are skipped</description></item>
/// <item><term>normalisation wanted</term><description>yes, of the features; labels are standardised inside</description></item>
/// <item><term>adds</term><description>Score (Single or vector of Single as the label, with its slot names, in its
/// unit)</description></item>
/// <item><term>history</term><description>losses and metrics in the label's unit (squared errors in its square); of a vector those of
/// standardised values, whose units are one</description></item>
/// </list>
/// </remarks>
public sealed class NeuralNetworkRegressionTrainer : NeuralNetworkTrainer
{
    private readonly Options _options;

    /// <summary>The options of a regression. <see cref="TrainingOptions.Loss"/> is <see cref="MeanSquaredErrorLoss"/> (when
    /// null), <see cref="L1Loss"/>, <see cref="HuberLoss"/> (its delta in the standardised label's unit) or a loss of one's
    /// own.</summary>
    public sealed record Options : SupervisedNetworkOptions
    {
        /// <summary>Whether the network learns (label − mean) / deviation, of a vector slot by slot, which makes training independent
        /// of the label's unit; scores are in the label's unit all the same. A fit that goes on from a <see cref="NeuralNetworkTransformer"/> keeps
        /// the mean and deviation of that one, so that its weights mean what they meant.</summary>
        public bool StandardizeLabel { get; set; } = true;
    }

    internal NeuralNetworkRegressionTrainer(IHostEnvironment env, Options options)
        : base(env, options, RegressionHead.Columns)
    {
        TaskRequirements.RequireNumbers(options, "regressions");
        _options = (Options)CommonOptions;
    }

    private protected override IReadOnlyList<SchemaShape.Column> LabelShapes =>
    [
        ColumnShapes.Scalar(_options.LabelColumnName, NumberDataViewType.Single),
        ColumnShapes.Vector(_options.LabelColumnName, NumberDataViewType.Single),
    ];

    private protected override bool LearnsClasses => false;

    private protected override int OutputsFor(DataViewSchema.Column label) => label.Type is VectorDataViewType type ? type.Size : 1;

    private protected override LabelReader CreateLabelReader(DataViewSchema.Column label) =>
        label.Type is VectorDataViewType type ? LabelReader.Vector(type.Size) : LabelReader.Single;

    private protected override void CheckSameLabels(
        DataViewSchema.Column training, DataViewSchema.Column validation, IChannel channel) =>
        TaskRequirements.CheckSameSlots(training, validation);

    private protected override LearningTask CreateTask(
        DataViewSchema.Column label, TrainingData training, PredictionHead? initial, IChannel channel)
    {
        if (initial is RegressionHead known)
            TaskRequirements.CheckInitialSlots(label, known.Type.Equals(label.Type), $"{known.Type}", known.SlotNames);
        RegressionHead head = initial as RegressionHead ?? Standardization(training, label);
        return new(
            head, new MeanSquaredErrorLoss(), head.Standardize,
            TargetUnit: label.Type is VectorDataViewType ? 1 : head.Scales[0]);
    }

    private protected override void Check(NetworkDefinition network)
    {
        if (network.OutputNode() is { Layer: Softmax } softmax && network.OutputShape.Size == 1)
            throw new ArgumentOutOfRangeException(
                nameof(Options.Architecture),
                $"The network ends in Softmax ('{softmax.Name}') of one output, which is 1 whatever the features. Leave it out.");
        if (_options.StandardizeLabel)
            TaskRequirements.RequireEveryNumber(network, "label", nameof(Options.StandardizeLabel));
    }

    private protected override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) =>
    [
        label.Kind == SchemaShape.Column.VectorKind.Scalar
            ? ColumnShapes.Scalar(PredictionHead.Score, NumberDataViewType.Single, annotations: ColumnShapes.ScoreAnnotations())
            : ColumnShapes.Vector(PredictionHead.Score, NumberDataViewType.Single, ColumnShapes.SlotScoreAnnotations(label)),
    ];

    private RegressionHead Standardization(TrainingData training, DataViewSchema.Column label)
    {
        float[] scales = new float[training.TargetSize], offsets = new float[training.TargetSize];
        Array.Fill(scales, 1);
        for (int slot = 0; _options.StandardizeLabel && slot < scales.Length; slot++)
        {
            double mean = training.MeanOfLabels(value => value, slot);
            double deviation = Math.Sqrt(training.MeanOfLabels(value => (value - mean) * (value - mean), slot));
            offsets[slot] = (float)mean;
            // A constant label has nothing to scale.
            scales[slot] = deviation > 0 ? (float)deviation : 1;
        }
        return new(label.Type, scales, offsets, KeyValues.SlotsOf(label));
    }
}
