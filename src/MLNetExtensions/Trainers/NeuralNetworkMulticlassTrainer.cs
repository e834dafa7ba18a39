using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Interop;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Persistence;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Trainers;

/// <summary>Trains a neural network to tell several classes apart, by softmax cross-entropy.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>label</term><description>key of UInt32 (mlContext.Transforms.Conversion.MapValueToKey); rows without one (0) are
/// skipped</description></item>
/// <item><term>features</term><description>vector of Single, or of Byte (pixels), of known size; rows with
/// missing values are skipped</description></item>
/// <item><term>normalisation wanted</term><description>yes</description></item>
/// <item><term>adds</term><description>PredictedLabel (key with the label's values), Score (vector of probabilities, slot i
/// for key value i + 1)</description></item>
/// </list>
/// </remarks>
public sealed class NeuralNetworkMulticlassTrainer : NeuralNetworkTrainer
{
    private const int MaxClasses = 1_000_000;

    private readonly Options _options;

    /// <summary>The options of a multiclass classifier.</summary>
    public sealed record Options : SupervisedNetworkOptions
    {
        /// <summary>The weight of each class in key order; null for 1 each, or what <see cref="BalanceClasses"/> says.</summary>
        public float[]? ClassWeights { get; set; }

        /// <summary>Whether each class gets the same total weight, for labels that are rare: rows / (classes · rows of the
        /// class), rows counted by their weight, as scikit-learn's "balanced".</summary>
        public bool BalanceClasses { get; set; }

        /// <summary>The share of each target, in [0, 1), that is spread over all classes (Szegedy et al., 2016).</summary>
        public double LabelSmoothing { get; set; }
    }

    internal NeuralNetworkMulticlassTrainer(IHostEnvironment env, Options options)
        : base(env, options, MulticlassHead.Columns)
    {
        if (!(options.LabelSmoothing is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.LabelSmoothing, "LabelSmoothing must be in [0, 1).");
        if (options.ClassWeights is { } weights && weights.Any(weight => !(weight >= 0 && float.IsFinite(weight))))
            throw new ArgumentOutOfRangeException(nameof(options), "ClassWeights must be numbers of at least 0.");
        TaskRequirements.RejectTwoLosses(options, options.ClassWeights is not null, nameof(Options.ClassWeights));
        TaskRequirements.RejectTwoLosses(options, options.BalanceClasses, nameof(Options.BalanceClasses));
        TaskRequirements.RejectTwoLosses(options, options.LabelSmoothing != 0, nameof(Options.LabelSmoothing));
        foreach (Loss loss in ScoredOutput.Losses(options.Loss))
        {
            TaskRequirements.RequireFit(
                loss is not (BinaryCrossEntropyLoss or MeanSquaredErrorLoss or L1Loss or HuberLoss), loss,
                "does not make of the outputs the logits of several classes that Score is read from", nameof(CrossEntropyLoss));
        }
        foreach (TrainingMetric metric in options.Metrics)
        {
            TaskRequirements.RequireFit(
                !metric.IsOfNumbers && metric is not (BinaryAccuracyMetric or SubsetAccuracyMetric), metric,
                "does not measure the logits of several classes", nameof(AccuracyMetric));
        }
        _options = (Options)CommonOptions with { ClassWeights = options.ClassWeights?.ToArray() };
    }

    private protected override IReadOnlyList<SchemaShape.Column> LabelShapes =>
        [ColumnShapes.Scalar(_options.LabelColumnName, NumberDataViewType.UInt32, isKey: true)];

    private protected override bool LearnsClasses => true;

    private protected override int OutputsFor(DataViewSchema.Column label)
    {
        ulong keys = ((KeyDataViewType)label.Type).Count;
        if (keys < 2)
            throw new InvalidOperationException(
                $"The label column '{label.Name}' has {keys} class; a classifier needs at least two.");
        if (keys > MaxClasses)
            throw new InvalidOperationException(
                $"The label column '{label.Name}' is a key of {keys} values, and the network would need an output for each. " +
                "Give it the number of classes that there are (mlContext.Transforms.Conversion.MapValueToKey).");
        return (int)keys;
    }

    private protected override LabelReader CreateLabelReader(DataViewSchema.Column label) =>
        LabelReader.Key(OutputsFor(label));

    private protected override LearningTask CreateTask(
        DataViewSchema.Column label, TrainingData training, PredictionHead? initial, IChannel channel)
    {
        int classes = OutputsFor(label);
        KeyValues? keyValues = KeyValues.Of(label);
        double[] totals = training.ClassTotals(classes);
        int[] missing = [.. Enumerable.Range(1, classes).Where(key => totals[key - 1] == 0)];
        if (classes - missing.Length < 2)
            throw new InvalidOperationException(
                $"The label column '{label.Name}' has one class only in all {training.Count} training rows; a classifier needs " +
                "examples of at least two.");
        if (missing.Length > 0)
            channel.Warning(
                MessageSensitivity.Schema,
                "The label column '{0}' has no training rows of {1} of its {2} classes, which the network can't learn: {3}.",
                label.Name, missing.Length, classes, KeyValues.List(missing, keyValues));
        if (initial is MulticlassHead { KeyValues: var known, Outputs: var knownClasses } && classes <= knownClasses
            && FirstDifference(label, keyValues, known, "the initial model", channel) is { } other)
            throw new InvalidOperationException(
                $"The label column '{label.Name}' has other key values than the initial model, or in another order, so its " +
                $"outputs would stand for other classes: {other}. Map the labels with the pipeline that the model was trained " +
                "in.");
        float[] weights = ClassWeights(label.Name, totals);
        if (weights.Length > 0 && !totals.Where((total, index) => total > 0 && weights[index] > 0).Any())
            throw new InvalidOperationException(
                $"ClassWeights are 0 for every class that the label column '{label.Name}' has training rows of: there is " +
                "nothing to learn from.");
        return new(new MulticlassHead(classes, keyValues), new CrossEntropyLoss([.. weights], _options.LabelSmoothing));
    }

    private protected override void CheckSameLabels(
        DataViewSchema.Column training, DataViewSchema.Column validation, IChannel channel)
    {
        string? other = FirstDifference(
            validation, KeyValues.Of(validation), KeyValues.Of(training), "the training data", channel);
        if (other is not null)
            throw new InvalidOperationException(
                $"The label column '{validation.Name}' of the validation data has other key values than that of the training " +
                $"data, or in another order, so the same key stands for other classes: {other}. Map both with one fitted " +
                "transformer (mlContext.Transforms.Conversion.MapValueToKey, fitted on the training data).");
    }

    /// <summary>The first key that has another value in what the network knows, in words; null when there is none. Says so in the
    /// log where only one of the two has values.</summary>
    private static string? FirstDifference(
        DataViewSchema.Column label, KeyValues? values, KeyValues? known, string source, IChannel channel)
    {
        if (values is null != known is null)
            channel.Warning(
                MessageSensitivity.Schema,
                "Whether the keys of the label column '{0}' stand for the same classes as those of {1} can't be told: one of " +
                "the two has no key values.", label.Name, source);
        return values is not null && known is not null && values.FirstDifference(known) is int key
            ? $"key {key} is '{values[key]}', in {source} '{known[key]}'"
            : null;
    }

    private protected override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) =>
    [
        ColumnShapes.KeyLike(PredictionHead.PredictedLabel, label),
        ColumnShapes.Vector(PredictionHead.Score, NumberDataViewType.Single, ColumnShapes.MulticlassScoreAnnotations(label)),
    ];

    private float[] ClassWeights(string label, double[] totals)
    {
        if (_options.ClassWeights is { } weights)
            return weights.Length == totals.Length
                ? weights
                : throw new ArgumentOutOfRangeException(
                    nameof(Options.ClassWeights),
                    $"There are {weights.Length} class weights, but the label column '{label}' has {totals.Length} classes.");
        double share = totals.Average();
        return _options.BalanceClasses ? [.. totals.Select(total => total == 0 ? 0 : (float)(share / total))] : [];
    }
}
