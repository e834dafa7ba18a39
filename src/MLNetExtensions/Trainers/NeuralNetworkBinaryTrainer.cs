using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>Trains a neural network to tell two classes apart, by cross-entropy on the logit.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>label</term><description>Boolean</description></item>
/// <item><term>features</term><description>vector of Single, or of Byte (pixels), of known size; rows with
/// missing values are skipped</description></item>
/// <item><term>normalisation wanted</term><description>yes</description></item>
/// <item><term>adds</term><description>PredictedLabel (Boolean), Score (the logit), Probability (calibrated by the
/// loss, not afterwards)</description></item>
/// </list>
/// </remarks>
public sealed class NeuralNetworkBinaryTrainer : NeuralNetworkTrainer
{
    private readonly Options _options;

    /// <summary>The options of a binary classifier.</summary>
    public sealed record Options : SupervisedNetworkOptions
    {
        /// <summary>The weight of a positive example beside a negative one's 1; null for 1, or what
        /// <see cref="BalanceClasses"/> says.</summary>
        public double? PositiveWeight { get; set; }

        /// <summary>Whether both classes get the same total weight, for labels that are rare. Moves probabilities
        /// away from the data's frequencies.</summary>
        public bool BalanceClasses { get; set; }
    }

    internal NeuralNetworkBinaryTrainer(IHostEnvironment env, Options options)
        : base(env, options, LogitHead.Columns)
    {
        if (options.PositiveWeight is { } weight && !(weight > 0 && double.IsFinite(weight)))
            throw new ArgumentOutOfRangeException(nameof(options), weight, "PositiveWeight must be above 0.");
        TaskRequirements.RejectTwoLosses(options, options.PositiveWeight is not null, nameof(Options.PositiveWeight));
        TaskRequirements.RejectTwoLosses(options, options.BalanceClasses, nameof(Options.BalanceClasses));
        TaskRequirements.RequireLogits(options, "two classes, told by one logit");
        _options = (Options)CommonOptions;
    }

    private protected override IReadOnlyList<SchemaShape.Column> LabelShapes =>
        [ColumnShapes.Scalar(_options.LabelColumnName, BooleanDataViewType.Instance)];

    private protected override bool LearnsClasses => true;

    private protected override int OutputsFor(DataViewSchema.Column label) => 1;

    private protected override LabelReader CreateLabelReader(DataViewSchema.Column label) => LabelReader.Boolean;

    private protected override LearningTask CreateTask(
        DataViewSchema.Column label, TrainingData training, PredictionHead? initial, IChannel channel)
    {
        if (training.ClassTotals(classes: 2) is not [> 0 and var negatives, > 0 and var positives])
            throw new InvalidOperationException(
                $"The label column '{label.Name}' is {training.Targets(0)[0] == 1} in all {training.Count} training rows; " +
                "a classifier needs examples of both classes.");
        double positiveWeight = _options.PositiveWeight ?? (_options.BalanceClasses ? negatives / positives : 1);
        return new(new BinaryHead(), new BinaryCrossEntropyLoss(positiveWeight));
    }

    private protected override void Check(NetworkDefinition network) => TaskRequirements.RequireLogits(network);

    private protected override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) =>
    [
        ColumnShapes.Scalar(
            PredictionHead.PredictedLabel, BooleanDataViewType.Instance, annotations: ColumnShapes.ScoreAnnotations()),
        ColumnShapes.Scalar(PredictionHead.Score, NumberDataViewType.Single, annotations: ColumnShapes.ScoreAnnotations()),
        ColumnShapes.Scalar(
            PredictionHead.Probability, NumberDataViewType.Single,
            annotations: ColumnShapes.ScoreAnnotations(isNormalized: true)),
    ];
}
