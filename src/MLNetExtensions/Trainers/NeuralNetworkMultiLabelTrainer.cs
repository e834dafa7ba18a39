using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Persistence;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>Trains a neural network to tell which of several labels a row has, any number of them, by cross-entropy on a logit for
/// each.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>label</term><description>vector of Boolean, or of Single with 0 and 1, of known size; rows with a missing number (NaN)
/// are skipped</description></item>
/// <item><term>features</term><description>vector of Single, or of Byte (pixels), of known size; rows with
/// missing values are skipped</description></item>
/// <item><term>normalisation wanted</term><description>yes</description></item>
/// <item><term>adds</term><description>PredictedLabel (vector of Boolean), Score (vector of logits), Probability (vector), each with
/// the slot names of the label</description></item>
/// </list>
/// </remarks>
public sealed class NeuralNetworkMultiLabelTrainer : NeuralNetworkTrainer
{
    private readonly Options _options;

    /// <summary>The options of a classifier of several labels.</summary>
    public sealed record Options : SupervisedNetworkOptions;

    internal NeuralNetworkMultiLabelTrainer(IHostEnvironment env, Options options)
        : base(env, options, LogitHead.Columns)
    {
        TaskRequirements.RequireLogits(options, "several labels, each with a logit");
        _options = (Options)CommonOptions;
    }

    private protected override IReadOnlyList<SchemaShape.Column> LabelShapes =>
    [
        ColumnShapes.Vector(_options.LabelColumnName, BooleanDataViewType.Instance),
        ColumnShapes.Vector(_options.LabelColumnName, NumberDataViewType.Single),
    ];

    private protected override bool LearnsClasses => false;

    private protected override int OutputsFor(DataViewSchema.Column label) => ((VectorDataViewType)label.Type).Size;

    private protected override LabelReader CreateLabelReader(DataViewSchema.Column label) =>
        LabelReader.Flags(label, OutputsFor(label));

    private protected override void CheckSameLabels(
        DataViewSchema.Column training, DataViewSchema.Column validation, IChannel channel) =>
        TaskRequirements.CheckSameSlots(training, validation);

    private protected override LearningTask CreateTask(
        DataViewSchema.Column label, TrainingData training, PredictionHead? initial, IChannel channel)
    {
        int labels = training.TargetSize;
        if (initial is MultiLabelHead known)
            TaskRequirements.CheckInitialSlots(label, known.Outputs == labels, $"{known.Outputs} labels", known.SlotNames);
        KeyValues? names = KeyValues.SlotsOf(label);
        double[] shares = [.. Enumerable.Range(0, labels).Select(slot => training.MeanOfLabels(value => value, slot))];
        int[] constant = [.. Enumerable.Range(1, labels).Where(key => shares[key - 1] is 0 or 1)];
        if (constant.Length == labels)
            throw new InvalidOperationException(
                $"The label column '{label.Name}' is the same in all {training.Count} training rows, in each of its {labels} slots; " +
                "a classifier needs examples with a label and without it.");
        if (constant.Length > 0)
            channel.Warning(
                MessageSensitivity.Schema,
                "The label column '{0}' is the same in all training rows in {1} of its {2} slots, which the network can't learn to " +
                "tell apart: {3}.", label.Name, constant.Length, labels, KeyValues.List(constant, names));
        return new(new MultiLabelHead(labels, names), new BinaryCrossEntropyLoss());
    }

    private protected override void Check(NetworkDefinition network) => TaskRequirements.RequireLogits(network);

    private protected override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) =>
    [
        ColumnShapes.Vector(
            PredictionHead.PredictedLabel, BooleanDataViewType.Instance, ColumnShapes.SlotScoreAnnotations(label)),
        ColumnShapes.Vector(PredictionHead.Score, NumberDataViewType.Single, ColumnShapes.SlotScoreAnnotations(label)),
        ColumnShapes.Vector(
            PredictionHead.Probability, NumberDataViewType.Single, ColumnShapes.SlotScoreAnnotations(label, isNormalized: true)),
    ];
}
