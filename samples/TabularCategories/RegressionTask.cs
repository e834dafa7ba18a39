using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples.TabularCategories;

/// <summary>A number by numbers and categories.</summary>
internal sealed class RegressionTask(MLContext ml, TableColumns columns) : TableTask(ml, columns)
{
    public override IReadOnlyList<string> MetricNames { get; } = ["RMSE", "MAE", "R²"];

    public override bool HigherIsBetter => false;

    public override double[] Measure(IDataView scored)
    {
        RegressionMetrics metrics = ML.Regression.Evaluate(scored, Columns.Label);
        return [metrics.RootMeanSquaredError, metrics.MeanAbsoluteError, metrics.RSquared];
    }

    public override IEnumerable<float> Scores(IDataView scored) => scored.GetColumn<float>("Score");

    protected override IEstimator<ITransformer> Trainer(string[] inputs, int epochs, IProgress<TrainingProgress>? progress) =>
        ML.Regression.Trainers.NeuralNetwork(
            Common(new NeuralNetworkRegressionTrainer.Options { LabelColumnName = Columns.Label }, inputs, epochs, progress));

    protected override IEnumerable<(string Name, IEstimator<ITransformer> Trainer)> TreeTrainers() =>
    [
        ("FastTree", ML.Regression.Trainers.FastTree(Columns.Label, Features)),
        ("LightGbm", ML.Regression.Trainers.LightGbm(Columns.Label, Features)),
    ];
}
