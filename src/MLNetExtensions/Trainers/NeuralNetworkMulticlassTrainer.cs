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
/// <item><term>features</term><description>vector of Single, or of Byte (pixels), of known size; rows with missing values are skipped</description></item>
/// <item><term>normalisation wanted</term><description>yes</description></item>
/// <item><term>adds</term><description>PredictedLabel (key with the label's values), Score (vector of probabilities, slot i for key value i + 1)</description></item>
/// </list>
/// </remarks>
public sealed class NeuralNetworkMulticlassTrainer : NeuralNetworkTrainer
{
    private readonly Options _options;

    /// <summary>The options of a multiclass classifier.</summary>
    public sealed class Options : NeuralNetworkOptions
    {
        /// <summary>The weight of each class in key order; null for 1 each, or what <see cref="BalanceClasses"/> says.</summary>
        public float[]? ClassWeights { get; set; }

        /// <summary>Whether each class gets the same total weight, for labels that are rare: rows / (classes · rows of the class), as scikit-learn's "balanced".</summary>
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
        _options = options;
    }

    private protected override SchemaShape.Column LabelShape =>
        ColumnShapes.Scalar(_options.LabelColumnName, NumberDataViewType.UInt32, isKey: true);

    private protected override LabelReader LabelReader => LabelReader.Key;

    private protected override LearningTask CreateTask(DataViewSchema.Column label, TrainingSet training)
    {
        int classes = checked((int)((KeyDataViewType)label.Type).Count);
        if (classes < 2)
            throw new InvalidOperationException($"The label column '{label.Name}' has {classes} class; a classifier needs at least two.");
        int[] rows = new int[classes];
        foreach (float value in training.Labels)
        {
            if (value >= classes)
                throw new InvalidOperationException($"The label column '{label.Name}' has the key {value + 1}, but its type has {classes} values.");
            rows[(int)value]++;
        }
        if (rows.Count(count => count > 0) < 2)
            throw new InvalidOperationException(
                $"The label column '{label.Name}' has one class only in all {training.Count} training rows; a classifier needs examples of at least two.");
        return new(
            new MulticlassHead(classes, KeyValues.Of(label)),
            new CrossEntropyLoss([.. ClassWeights(label.Name, rows, training.Count)], _options.LabelSmoothing),
            labels => labels,
            Stratified: true);
    }

    private protected override IEnumerable<SchemaShape.Column> OutputShapes(SchemaShape.Column label) =>
    [
        ColumnShapes.KeyLike(PredictionHead.PredictedLabel, label),
        ColumnShapes.Vector(PredictionHead.Score, NumberDataViewType.Single, ColumnShapes.MulticlassScoreAnnotations(label)),
    ];

    private float[] ClassWeights(string label, int[] rows, int count)
    {
        if (_options.ClassWeights is { } weights)
            return weights.Length == rows.Length
                ? weights
                : throw new ArgumentOutOfRangeException(
                    nameof(Options.ClassWeights), $"There are {weights.Length} class weights, but the label column '{label}' has {rows.Length} classes.");
        return _options.BalanceClasses ? [.. rows.Select(row => row == 0 ? 0 : (float)((double)count / rows.Length / row))] : [];
    }
}
