using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Evaluation;

namespace MLNetExtensions.Tests.VectorLabels;

/// <summary>The metrics of vectors: by hand, and slot by slot as ML.NET's evaluators find them.</summary>
public sealed class VectorMetricsTests
{
    private readonly MLContext _ml = new(1);

    [Fact]
    public void Several_numbers_by_hand()
    {
        TableView table = new(
            Column("Label", [[1, 10], [2, 10], [3, 10], [4, float.NaN]], "a", "b"), Column("Score", [[1, 13], [2, 10], [6, 7], [0, 0]]));
        MultiOutputRegressionMetrics metrics = _ml.Regression.EvaluateMultiOutput(table);
        Assert.Equal(["a", "b"], metrics.OutputNames.ToArray());
        Assert.Equal((3, 1), (metrics.Rows, metrics.Skipped));
        Close([Math.Sqrt(3), Math.Sqrt(6)], metrics.RootMeanSquaredErrors);
        Close([1, 2], metrics.MeanAbsoluteErrors);
        // Σ(error²) 9, Σ(deviation²) 2; the other label is constant.
        Close([-3.5, double.NaN], metrics.RSquareds);
        Assert.Equal((Math.Sqrt(3) + Math.Sqrt(6)) / 2, metrics.RootMeanSquaredError, 1e-12);
        Assert.Equal((1.5, -3.5), (metrics.MeanAbsoluteError, metrics.RSquared));
    }

    [Fact]
    public void Several_labels_by_hand()
    {
        // Four rows of three labels: wrong are one in the second row, and two in the third.
        TableView table = new(
            TableColumn.Vector("Label", BooleanDataViewType.Instance, (bool[][])[
                [true, false, false], [true, true, false], [false, true, false], [false, false, false]]),
            Column("Score", [[3, -1, -2], [2, -1, -1], [1, -3, -1], [-1, -2, -1]]));
        MultiLabelClassificationMetrics metrics = _ml.MulticlassClassification.EvaluateMultiLabel(table);
        Assert.Equal(["0", "1", "2"], metrics.LabelNames.ToArray());
        Assert.Equal((4, 0), (metrics.Rows, metrics.Skipped));
        Assert.Equal(0.5, metrics.SubsetAccuracy, 1e-12);
        Assert.Equal(3.0 / 12, metrics.HammingLoss, 1e-12);
        Close([2.0 / 3, 0, 0], metrics.Precisions);
        Close([1, 0, 0], metrics.Recalls);
        Close([0.8, 0, 0], metrics.F1Scores);
        // True positives 2, false 1, missed 2.
        Assert.Equal(4.0 / 7, metrics.MicroF1Score, 1e-12);
        // The third label neither occurs nor was predicted.
        Assert.Equal(0.4, metrics.MacroF1Score, 1e-12);
        // Of the second, 1 of 4 pairs is in order and 1 a tie.
        Close([1, 0.375, double.NaN], metrics.AreasUnderRocCurve);
        Assert.Equal((1 + 0.375) / 2, metrics.MacroAreaUnderRocCurve, 1e-12);
    }

    [Fact]
    public void Labels_of_two_dimensions_are_learned_and_measured()
    {
        bool[][] labels = [.. Enumerable.Range(0, 60).Select(row => (bool[])[row % 2 == 0, row % 3 == 0, row % 4 < 2, row % 5 == 0])];
        TableView table = new(
            TableColumn.Vector("Label", BooleanDataViewType.Instance, labels, [2, 2]),
            Column("Features", [.. labels.Select(row => row.Select(flag => flag ? 1f : -1).ToArray())]));
        IDataView scored = _ml.MulticlassClassification.Trainers.MultiLabelNeuralNetwork(numberOfEpochs: 60, learningRate: 0.02).Fit(table)
            .Transform(table);
        MultiLabelClassificationMetrics metrics = _ml.MulticlassClassification.EvaluateMultiLabel(scored);
        Assert.Equal((60, 1), (metrics.Rows, metrics.SubsetAccuracy));
        Close([1, 1, 1, 1], metrics.F1Scores);
    }

    [Fact]
    public void Each_slot_as_the_evaluators_of_MLNet_find_it()
    {
        Random random = new(1);
        float[][] labels = [.. Enumerable.Range(0, 200).Select(_ => (float[])[random.Next(2), 3 * random.NextSingle()])];
        float[][] scores = [.. labels.Select(row => (float[])[row[0] - 0.5f + 2 * (random.NextSingle() - 0.5f), row[1] + random.NextSingle()])];
        MultiOutputRegressionMetrics numbers = _ml.Regression.EvaluateMultiOutput(new TableView(Column("Label", labels), Column("Score", scores)));
        MultiLabelClassificationMetrics flags = _ml.MulticlassClassification.EvaluateMultiLabel(new TableView(
            Column("Label", [.. labels.Select(row => row[..1])]), Column("Score", [.. scores.Select(row => row[..1])])));
        RegressionMetrics number = _ml.Regression.Evaluate(new TableView(
            TableColumn.Single("Label", labels.Select(row => row[1])), TableColumn.Single("Score", scores.Select(row => row[1]))));
        BinaryClassificationMetrics flag = _ml.BinaryClassification.EvaluateNonCalibrated(new TableView(
            TableColumn.Boolean("Label", labels.Select(row => row[0] == 1)), TableColumn.Single("Score", scores.Select(row => row[0])),
            TableColumn.Boolean("PredictedLabel", scores.Select(row => row[0] > 0))));
        Assert.Equal(number.RootMeanSquaredError, numbers.RootMeanSquaredErrors[1], 1e-5);
        Assert.Equal(number.MeanAbsoluteError, numbers.MeanAbsoluteErrors[1], 1e-5);
        Assert.Equal(number.RSquared, numbers.RSquareds[1], 1e-5);
        Assert.Equal(flag.AreaUnderRocCurve, flags.AreasUnderRocCurve[0], 1e-9);
        Assert.Equal(flag.F1Score, flags.F1Scores[0], 1e-9);
        Assert.Equal(flag.PositivePrecision, flags.Precisions[0], 1e-9);
        Assert.Equal(flag.PositiveRecall, flags.Recalls[0], 1e-9);
        Assert.Equal(flag.Accuracy, flags.SubsetAccuracy, 1e-9);
        Assert.Equal(1 - flag.Accuracy, flags.HammingLoss, 1e-9);
    }

    [Fact]
    public void What_can_not_be_measured_is_named()
    {
        TableView table = new(
            Column("Label", [[1, float.NaN]]), Column("Score", [[1, 2]]), Column("Short", [[1]]), TableColumn.Single("Number", 1),
            Column("Two", [[2, 0]]));
        Named<ArgumentOutOfRangeException>("label column 'none'", "none", "Score");
        Named<ArgumentOutOfRangeException>("label column 'Number'", "Number", "Score");
        Named<ArgumentOutOfRangeException>("score column 'Short': expected Vector<Single, 2> as the label", "Label", "Short");
        Named<InvalidOperationException>("There is nothing to measure: 1 rows were left out", "Label", "Score");
        Assert.Contains("'Two' has 2 in slot 0", Assert.Throws<InvalidOperationException>(
            () => _ml.MulticlassClassification.EvaluateMultiLabel(table, "Two")).Message);

        void Named<T>(string text, string label, string score)
            where T : Exception
        {
            Assert.Contains(text, Assert.Throws<T>(() => _ml.Regression.EvaluateMultiOutput(table, label, score)).Message);
            Assert.Contains(text, Assert.Throws<T>(() => _ml.MulticlassClassification.EvaluateMultiLabel(table, label, score)).Message);
        }
    }

    private static TableColumn Column(string name, float[][] rows, params string[] slots) => TableColumn.Vector(
        name, NumberDataViewType.Single, rows, annotations: slots.Length == 0 ? null : TableColumn.TextAnnotation("SlotNames", slots));

    private static void Close(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-6);
    }
}
