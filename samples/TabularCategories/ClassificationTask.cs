using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples.TabularCategories;

/// <summary>One of some classes by numbers and categories.</summary>
internal sealed class ClassificationTask(MLContext ml, TableColumns columns) : TableTask(ml, columns)
{
    /// <summary>The label as a key, under a name that no column of the table has.</summary>
    private readonly string _key = $"{columns.Label}.key";

    public override IReadOnlyList<string> MetricNames { get; } = ["accuracy", "macro accuracy", "log-loss"];

    public override bool HigherIsBetter => true;

    public override double[] Measure(IDataView scored)
    {
        MulticlassClassificationMetrics metrics = ML.MulticlassClassification.Evaluate(scored, _key);
        return [metrics.MicroAccuracy, metrics.MacroAccuracy, metrics.LogLoss];
    }

    public override IEnumerable<float> Scores(IDataView scored) => scored.GetColumn<float[]>("Score").SelectMany(row => row);

    protected override IEstimator<ITransformer> Trainer(string[] inputs, int epochs, IProgress<TrainingProgress>? progress) =>
        Key().Append(ML.MulticlassClassification.Trainers.NeuralNetwork(
            Common(new NeuralNetworkMulticlassTrainer.Options { LabelColumnName = _key }, inputs, epochs, progress)));

    protected override IEnumerable<(string Name, IEstimator<ITransformer> Trainer)> TreeTrainers() =>
    [
        ("FastTree", Key().Append(ML.MulticlassClassification.Trainers.OneVersusAll(
            ML.BinaryClassification.Trainers.FastTree(_key, Features), _key))),
        ("LightGbm", Key().Append(ML.MulticlassClassification.Trainers.LightGbm(_key, Features))),
    ];

    private IEstimator<ITransformer> Key() => ML.Transforms.Conversion.MapValueToKey(_key, Columns.Label);
}
