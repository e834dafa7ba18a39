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
/// <item><term>label</term><description>key of UInt32 (mlContext.Transforms.Conversion.MapValueToKey)</description></item>
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
    public sealed class Options : NeuralNetworkOptions
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
        : base(env, options)
    {
        if (!(options.LabelSmoothing is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.LabelSmoothing, "LabelSmoothing must be in [0, 1).");
        if (options.ClassWeights is { } weights && weights.Any(weight => !(weight >= 0 && float.IsFinite(weight))))
            throw new ArgumentOutOfRangeException(nameof(options), "ClassWeights must be numbers of at least 0.");
        RejectTwoLosses(options, options.ClassWeights is not null, nameof(Options.ClassWeights));
        RejectTwoLosses(options, options.BalanceClasses, nameof(Options.BalanceClasses));
        RejectTwoLosses(options, options.LabelSmoothing != 0, nameof(Options.LabelSmoothing));
        _options = options;
    }

    private protected override SchemaShape.Column LabelShape =>
        ColumnShapes.Scalar(_options.LabelColumnName, NumberDataViewType.UInt32, isKey: true);

    private protected override LabelReader LabelReader => LabelReader.Key;

    private protected override LearningTask CreateTask(
        DataViewSchema.Column label, TrainingSet training, PredictionHead? initial)
    {
        ulong keys = ((KeyDataViewType)label.Type).Count;
        if (keys < 2)
            throw new InvalidOperationException(
                $"The label column '{label.Name}' has {keys} class; a classifier needs at least two.");
        if (keys > MaxClasses)
            throw new InvalidOperationException(
                $"The label column '{label.Name}' is a key of {keys} values, and the network would need an output for each. " +
                "Give it the number of classes that there are (mlContext.Transforms.Conversion.MapValueToKey).");
        int classes = (int)keys;
        InRange(training.Labels);
        double[] totals = training.ClassTotals(classes);
        if (totals.Count(total => total > 0) < 2)
            throw new InvalidOperationException(
                $"The label column '{label.Name}' has one class only in all {training.Count} training rows; a classifier needs " +
                "examples of at least two.");
        KeyValues? keyValues = KeyValues.Of(label);
        if (initial is MulticlassHead { KeyValues: { } known } && keyValues?.SameAs(known) == false)
            throw new InvalidOperationException(
                $"The label column '{label.Name}' has other key values than the initial model, or in another order, so its " +
                "outputs would stand for other classes. Map the labels with the pipeline that the model was trained in.");
        return new(
            new MulticlassHead(classes, keyValues),
            new CrossEntropyLoss([.. ClassWeights(label.Name, totals)], _options.LabelSmoothing),
            InRange,
            Stratified: true);

        float[] InRange(float[] labels) => Array.FindIndex(labels, value => value >= classes) is >= 0 and int row
            ? throw new InvalidOperationException(
                $"The label column '{label.Name}' has the key {labels[row] + 1}, but the network has {classes} classes.")
            : labels;
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
