using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Rows without a label, without a weight above 0 or with missing features are skipped and counted, as ML.NET's trainers
/// do: the model is the one of the other rows.</summary>
public sealed class SkippedRowsTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Numbers_that_are_no_labels(float missing)
    {
        Points points = new(1, 40);
        SameModel(
            "regression", points,
            TableColumn.Single("Label", points.Products.Select((product, row) => row < 5 ? missing : product)),
            TableColumn.Single("Label", points.Products.Skip(5)),
            "5 with a missing, infinite or unknown label in the column 'Label'");
    }

    [Fact]
    public void Keys_that_are_missing()
    {
        Points points = new(1, 40);
        SameModel(
            "multiclass without key values", points,
            TableColumn.Key("Label", points.Classes.Select((value, row) => row < 5 ? 0 : value + 1), 3),
            TableColumn.Key("Label", points.Classes.Skip(5).Select(value => value + 1), 3),
            "5 with a missing, infinite or unknown label in the column 'Label'");
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weights_that_are_none(float weight)
    {
        Points points = new(1, 40);
        foreach (string task in (string[])["binary", "multiclass with text keys", "regression"])
        {
            TaskCase @case = TaskCase.All[task];
            SameModel(
                task, points, @case.Label(points), @case.Label(Rest(points)),
                "5 with a weight that is not above 0 (or infinite) in the column 'Weight'", row => row < 5 ? weight : 2);
        }
    }

    [Fact]
    public void A_row_is_counted_once_and_features_of_skipped_rows_do_not_matter()
    {
        Points points = new(1, 40);
        foreach (float[] row in points.Features.Take(3))
            row[1] = float.NaN;
        ContextLog log = new();
        TaskCase.All["regression"].Trainer(log.Context, options => options.ExampleWeightColumnName = "Weight").Fit(new TableView(
            TableColumn.Single("Label", points.Products.Select((_, row) => row is 0 or 5 ? float.NaN : row)), points.Column,
            TableColumn.Single("Weight", points.Products.Select((_, row) => row is 1 or 5 or 6 or 7 ? -1f : 1))));
        Assert.Contains(
            "Skipped 6 rows of 40 in the training data: 1 with missing or infinite values in the feature column 'Features', " +
            "2 with a missing, infinite or unknown label in the column 'Label', 3 with a weight that is not above 0",
            Assert.Single(log.Warnings));
        Assert.Contains(log.Infos, line => line.Contains("on 34 examples"));
    }

    [Fact]
    public void Labels_that_the_mapping_does_not_know_are_skipped_in_the_validation_set()
    {
        ContextLog log = new();
        MLContext ml = log.Context;
        TableView Texts(params string[] labels) => new(
            TableColumn.Text("Text", labels),
            TableColumn.Vector("Features", NumberDataViewType.Single, labels.Select(label => (float[])[label[0] - 'a', 1])));
        TableView train = Texts("a", "b", "a", "b", "a", "b");
        ITransformer mapping = ml.Transforms.Conversion.MapValueToKey("Label", "Text").Fit(train);
        NeuralNetworkMulticlassTrainer trainer =
            ml.MulticlassClassification.Trainers.NeuralNetwork(new() { Epochs = 2, Seed = 1 });
        double? Loss(params string[] labels) =>
            trainer.Fit(mapping.Transform(train), mapping.Transform(Texts(labels))).History[^1].ValidationLoss;
        Assert.Equal(Loss("a", "b"), Loss("a", "z", "b", "y"));
        Assert.Contains("Skipped 2 rows of 4 in the validation data", Assert.Single(log.Warnings));
        Assert.Contains(
            "No valid validation instances found: all 2 rows were skipped",
            Assert.Throws<InvalidOperationException>(() => Loss("z", "y")).Message);
    }

    [Fact]
    public void As_many_rows_as_MLNets_own_trainer_skips()
    {
        Points points = new(1, 60);
        points.Features[0][0] = float.NaN;
        points.Features[1][0] = float.PositiveInfinity;
        ContextLog log = new();
        TableView table = new(
            TableColumn.Single("Label", points.Products.Select((product, row) => row is 2 or 3 ? float.NaN : 1 + product)),
            points.Column,
            TableColumn.Single("Weight", points.Products.Select((_, row) => row is 4 or 5 or 6 ? 0f : row is 7 ? -1 : 1)));
        log.Context.Regression.Trainers.LbfgsPoissonRegression(exampleWeightColumnName: "Weight").Fit(table);
        string theirs = Assert.Single(log.Warnings, line => line.Contains("Skipped"));
        TaskCase.All["regression"].Trainer(log.Context, options => options.ExampleWeightColumnName = "Weight").Fit(table);
        Assert.Contains("Skipped 8 instances", theirs);
        Assert.Contains("Skipped 8 rows of 60", log.Warnings.Last());
    }

    /// <summary>The first five rows are skipped, so that the model is the one of the others.</summary>
    private static void SameModel(
        string task, Points points, TableColumn labels, TableColumn labelsOfRest, string reason, Func<int, float>? weight = null)
    {
        ContextLog log = new();
        Points rest = Rest(points);
        float[] expected = Fit(labelsOfRest, rest, _ => 2);
        Assert.Empty(log.Warnings);
        Assert.Equal(expected, Fit(labels, points, weight ?? (_ => 2)));
        Assert.Contains($"Skipped 5 rows of 40 in the training data: {reason}", Assert.Single(log.Warnings));

        float[] Fit(TableColumn label, Points rows, Func<int, float> weightOf)
        {
            TableColumn weights = TableColumn.Single("Weight", rows.Features.Select((_, row) => weightOf(row)));
            ITransformer model = TaskCase.All[task].Trainer(log.Context, options =>
            {
                options.ExampleWeightColumnName = "Weight";
                options.Epochs = 2;
            }).Fit(new TableView(label, rows.Column, weights));
            return Values.Floats(model.Transform(new TableView(rest.Column)));
        }
    }

    private static Points Rest(Points points)
    {
        Points rest = new(1, points.Features.Length - 5);
        for (int row = 0; row < rest.Features.Length; row++)
            rest.Features[row] = points.Features[row + 5];
        return rest;
    }
}
