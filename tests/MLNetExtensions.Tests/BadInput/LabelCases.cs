using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Labels that can't be learned from: of one class, missing, or of another form than the features ask for.</summary>
internal static class LabelCases
{
    private static readonly Points Points = new(1, 30);

    public static IEnumerable<BadInputCase> All => [.. Classes(), .. Missing(), .. Keys(), .. Hidden(), .. Forecasts()];

    private static IEnumerable<BadInputCase> Classes()
    {
        TableColumn same = TableColumn.Boolean("Label", Points.Products.Select(_ => true));
        yield return Unlearnable("binary: all labels are true", "binary", [same], "'Label'", "True", "both classes");
        yield return Unlearnable("binary: all labels are false", "binary",
            [TableColumn.Boolean("Label", Points.Products.Select(_ => false))], "'Label'", "False", "both classes");
        yield return Unlearnable("binary: one class only among the rows that count", "binary",
            [TaskCase.All["binary"].Label(Points),
                TableColumn.Single("Weight", Points.Products.Select(product => product > 0 ? 1f : 0f))],
            "'Label'", "both classes");
        yield return Unlearnable("multiclass: rows of one class only", "multiclass with text keys",
            [TableColumn.Key("Label", Points.Products.Select(_ => 2u), 3)], "'Label'", "one class");
        yield return Unlearnable("multiclass: a key of one value", "multiclass with text keys",
            [TableColumn.Key("Label", Points.Products.Select(_ => 1u), 1)], "'Label'", "1 class");
        yield return Unlearnable("multiclass: a key with no known number of values", "multiclass with text keys",
            [TableColumn.Key("Label", Points.Classes.Select(value => value + 1), int.MaxValue)], "'Label'", "2147483647",
                "MapValueToKey");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("multiclass: class weights of another number", () =>
            new MLContext().MulticlassClassification.Trainers.NeuralNetwork(
                new NeuralNetworkMulticlassTrainer.Options { ClassWeights = [1, 2] }).Fit(
                    TaskCase.All["multiclass with text keys"].Test),
            "2 class weights", "'Label' has 3 classes");
        yield return BadInputCase.Of<InvalidOperationException>("multiclass: class weights that are all 0", () =>
            new MLContext().MulticlassClassification.Trainers.NeuralNetwork(
                new NeuralNetworkMulticlassTrainer.Options { ClassWeights = [0, 0, 0] }).Fit(
                    TaskCase.All["multiclass with text keys"].Test),
            "ClassWeights", "'Label'", "nothing to learn from");
    }

    private static IEnumerable<BadInputCase> Missing()
    {
        const string Reason = "30 with a missing, infinite or unknown label in the column 'Label'";
        yield return Unlearnable("regression: labels that are all missing", "regression",
            [TableColumn.Single("Label", Points.Products.Select((_, row) => row % 2 == 0 ? float.NaN : float.NegativeInfinity))],
            "all 30 rows", Reason);
        yield return Unlearnable("multiclass: labels that are all missing", "multiclass with text keys",
            [TableColumn.Key("Label", Points.Classes.Select(_ => 0u), 3)], "all 30 rows", Reason);
        Points damaged = new(1, 30);
        foreach (float[] row in damaged.Features.Take(10))
            row[0] = float.NaN;
        TableColumn[] columns =
        [
            TableColumn.Single("Label", Points.Products.Select((product, row) => row is >= 10 and < 15 ? float.NaN : product)),
            damaged.Column, TableColumn.Single("Weight", Points.Products.Select((_, row) => row >= 15 ? 0f : 1)),
        ];
        yield return BadInputCase.Of<InvalidOperationException>("regression: nothing left for several reasons", () =>
            TaskCase.All["regression"].Trainer(new(), options => options.ExampleWeightColumnName = "Weight").Fit(
                new TableView(columns)),
            "all 30 rows", "10 with missing or infinite values in the feature column 'Features'",
            "5 with a missing, infinite or unknown label", "15 with a weight that is not above 0");
    }

    private static IEnumerable<BadInputCase> Keys()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        TableView other = new(
            TableColumn.Key("Label", Points.Classes.Select(value => value + 1), 3,
                TableColumn.TextAnnotation("KeyValues", "above", "below", "mixed")),
            Points.Column);
        yield return BadInputCase.Of<InvalidOperationException>("multiclass: validation keys in another order", () =>
            @case.Trainer(new()).Fit(@case.Test, other), "'Label'", "validation data", "stands for other classes",
                "MapValueToKey");
        yield return BadInputCase.Of<InvalidOperationException>("multiclass: an initial model of other keys", () =>
            @case.Trainer(new()).Fit(other, null, @case.Model), "'Label'", "initial model", "other classes");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("multiclass: an initial model of another task", () =>
            TaskCase.All["regression"].Trainer(new()).Fit(TaskCase.All["regression"].Test, null, TaskCase.All["binary"].Model),
            "trained for another task");
    }

    private static IEnumerable<BadInputCase> Hidden()
    {
        foreach ((string task, string column) in ((string, string)[])
            [("binary", "Probability"), ("binary", "PredictedLabel"), ("multiclass with text keys", "PredictedLabel")])
            yield return BadInputCase.Of<ArgumentOutOfRangeException>($"{task}: a label that {column} would hide", () =>
                TaskCase.All[task].Trainer(new(), options => TaskCase.SetLabel(options, column)),
                $"The label column '{column}' has the name of a column that the model adds", "CopyColumns");
    }

    private static IEnumerable<BadInputCase> Forecasts()
    {
        NetworkArchitecture linear = (shape, outputs) => FeedForward.Create(shape, outputs, []);
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("forecasting: columns that are no windows", () =>
            Forecaster(linear).Fit(Windows([12], [4])), "label column 'Label'", "[12×horizon]", "CreateWindows");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("forecasting: a label of more series than the features", () =>
            Forecaster(linear).Fit(Windows([2, 6], [3, 4])), "label column 'Label'", "[2×horizon]", "CreateWindows");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("forecasting: a label of another horizon in validation", () =>
            Forecaster(null).Fit(Windows([2, 6], [2, 2]), Windows([2, 6], [2, 3])), "label column 'Label'",
                "in the validation data");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("forecasting: a window of no whole segments", () =>
            Forecaster((shape, outputs) => RecurrentForecaster.Create(shape, outputs / shape.Channels, segmentLength: 6))
                .Fit(Windows([2, 25], [2, 6])), "feature column 'Features'", "whole ones");
        yield return Missing("labels", float.NaN, 1, "label in the column 'Label'");
        yield return Missing("features", 1, float.NaN, "feature column 'Features'");

        static BadInputCase Missing(string what, float label, float feature, string words) =>
            BadInputCase.Of<InvalidOperationException>(
            $"forecasting: windows whose {what} are all missing", () =>
                Forecaster(null).Fit(Windows([1, 4], [1, 2], feature, label)),
            "all 3 rows", words);

        static NeuralNetworkForecastingTrainer Forecaster(NetworkArchitecture? architecture) =>
            new MLContext().Forecasting.Trainers.NeuralNetwork(architecture: architecture, numberOfEpochs: 1);

        static TableView Windows(int[] features, int[] labels, float feature = 1, float label = 1) =>
            new(Rows("Features", features, feature), Rows("Label", labels, label));

        static TableColumn Rows(string name, int[] dimensions, float value) => TableColumn.Vector(
            name, NumberDataViewType.Single,
            Enumerable.Repeat(Enumerable.Repeat(value, dimensions.Aggregate(1, (size, dimension) => size * dimension)).ToArray(),
                3),
            dimensions);
    }

    private static BadInputCase Unlearnable(string name, string task, TableColumn[] columns, params string[] words) =>
        BadInputCase.Of<InvalidOperationException>(name, () => TaskCase.All[task].Trainer(new(), options =>
            options.ExampleWeightColumnName = columns.Length > 1 ? "Weight" : null).Fit(
                new TableView([.. columns, Points.Column])), words);
}
