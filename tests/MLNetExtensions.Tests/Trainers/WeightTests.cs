using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Weights of examples and of classes.</summary>
public sealed class WeightTests
{
    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_row_of_weight_0_has_no_influence(string task)
    {
        TaskCase @case = TaskCase.All[task];
        Points points = new(1, 60);
        // The rows without weight have features and labels far from the others'.
        Points polluted = new(1, 60);
        foreach (float[] row in polluted.Features.Skip(40))
            Array.Fill(row, 50f);
        float[] weights = [.. Enumerable.Range(0, 60).Select(row => row < 40 ? 1f : 0f)];
        TableView with = new(@case.Label(polluted), polluted.Column, TableColumn.Single("Weight", weights));
        TableView without = Rows(@case, points, [.. Enumerable.Range(0, 40)], null);
        Values.Close(Scores(@case, without, null), Scores(@case, with, "Weight"), 2e-4);
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_row_of_weight_n_counts_as_n_rows(string task)
    {
        TaskCase @case = TaskCase.All[task];
        Points points = new(1, 40);
        int[] rows = [.. Enumerable.Range(0, 40)];
        TableView weighted = Rows(@case, points, rows, [.. rows.Select(row => row % 3 + 1f)]);
        TableView repeated = Rows(@case, points, [.. rows.SelectMany(row => Enumerable.Repeat(row, row % 3 + 1))], null);
        float[] expected = Scores(@case, repeated, null), actual = Scores(@case, weighted, "Weight");
        Values.Close(expected, actual, 2e-4);
        Assert.True(Distance(expected, Scores(@case, weighted, null)) > 1e-3, "without the weights the scores should be others");
    }

    [Fact]
    public void Balanced_classes_are_a_positive_weight_of_negatives_over_positives()
    {
        Points points = new(1, 200);
        TableView table = new(TableColumn.Boolean("Label", points.Features.Select(row => row[0] > 0.8f)), points.Column);
        double positives = points.Features.Count(row => row[0] > 0.8f), negatives = 200 - positives;
        float[] balanced = Fit(new() { BalanceClasses = true }), weighted = Fit(new() { PositiveWeight = negatives / positives }),
            plain = Fit(new());
        Assert.Equal(weighted, balanced);
        Assert.True(balanced.Count(score => score > 0) > plain.Count(score => score > 0));

        float[] Fit(NeuralNetworkBinaryTrainer.Options options)
        {
            options.Epochs = 3;
            return Values.Floats(
                new MLContext(seed: 1).BinaryClassification.Trainers.NeuralNetwork(options).Fit(table).Transform(table));
        }
    }

    [Fact]
    public void Balanced_classes_count_rows_by_their_weight()
    {
        Points points = new(1, 200);
        TableView table = new(
            TableColumn.Boolean("Label", points.Features.Select(row => row[0] > 0)), points.Column,
            TableColumn.Single("Weight", points.Features.Select(row => row[0] > 0 ? 0.25f : 1f)));
        double positives = 0.25 * points.Features.Count(row => row[0] > 0), negatives = points.Features.Count(row => row[0] <= 0);
        float[] Fit(NeuralNetworkBinaryTrainer.Options options)
        {
            options.ExampleWeightColumnName = "Weight";
            options.Epochs = 2;
            return Values.Floats(
                new MLContext(seed: 1).BinaryClassification.Trainers.NeuralNetwork(options).Fit(table).Transform(table));
        }
        Assert.Equal(Fit(new() { PositiveWeight = negatives / positives }), Fit(new() { BalanceClasses = true }));
    }

    [Fact]
    public void Balanced_classes_of_several_are_scikit_learns_weights()
    {
        Points points = new(1, 200);
        uint[] keys = [.. points.Features.Select(row => row[0] > 0.7f ? 1u : row[1] > 0.5f ? 2u : 3u)];
        TableView table = new(TableColumn.Key("Label", keys, 4), points.Column);
        float[] Fit(NeuralNetworkMulticlassTrainer.Options options)
        {
            options.Epochs = 3;
            return Values.Floats(
                new MLContext(seed: 1).MulticlassClassification.Trainers.NeuralNetwork(options).Fit(table).Transform(table));
        }
        // The fourth class has no rows, and so no weight.
        float[] weights = [.. Enumerable.Range(1, 3).Select(key => (float)(200 / 4.0 / keys.Count(k => k == key))), 0];
        Assert.Equal(Fit(new() { ClassWeights = weights }), Fit(new() { BalanceClasses = true }));
        Assert.NotEqual(Fit(new()), Fit(new() { BalanceClasses = true }));
    }

    [Fact]
    public void Label_smoothing_keeps_probabilities_off_the_ends()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        float Highest(double smoothing) => Values.Floats(
            new MLContext(seed: 1).MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
        {
            LabelSmoothing = smoothing,
            Epochs = 20, LearningRate = 0.01,
        }).Fit(@case.Train).Transform(@case.Train)).Max();
        Assert.InRange(Highest(0.3), 0.7f, 0.93f);
        Assert.InRange(Highest(0), 0.99f, 1);
    }

    [Fact]
    public void A_loss_that_the_options_name_is_the_one_that_is_minimised()
    {
        // The median of 0, 0, 1 is 0, the mean a third.
        Points points = new(1, 300);
        TableView table = new(
            TableColumn.Single("Label", points.Products.Select((_, row) => row % 3 == 0 ? 1f : 0f)),
            TableColumn.Vector("Features", NumberDataViewType.Single, points.Features.Select(_ => new float[4])));
        float Constant(Loss? loss) =>
            Values.Floats(new MLContext(seed: 1).Regression.Trainers.NeuralNetwork(new NeuralNetworkRegressionTrainer.Options
        {
            Loss = loss, Epochs = 60, BatchSize = 300, LearningRate = 0.02,
        }).Fit(table).Transform(table))[0];
        Assert.Equal(1 / 3f, Constant(null), 0.03f);
        Assert.Equal(1 / 3f, Constant(new MeanSquaredErrorLoss()), 0.03f);
        Assert.Equal(0, Constant(new L1Loss()), 0.03f);
    }

    /// <summary>Scores of fixed points after three steps, each over all rows.</summary>
    private static float[] Scores(TaskCase @case, TableView table, string? weight)
    {
        NeuralNetworkTransformer model = @case.Trainer(new MLContext(), options =>
        {
            options.ExampleWeightColumnName = weight;
            (options.Epochs, options.BatchSize, options.Shuffle) = (3, 1000, false);
            (options.LearningRate, options.Optimizer) = (0.1, new Sgd());
        }).Fit(table);
        float[] scores = Values.Floats(model.Transform(new TableView(new Points(9, 20).Column)));
        return @case.Label(new Points(1, 1)).Type == NumberDataViewType.Single ? [.. scores.Select(score => score / 100)]
            : scores;
    }

    private static TableView Rows(TaskCase @case, Points points, int[] rows, float[]? weights)
    {
        Points chosen = new(1, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            points.Features[rows[i]].CopyTo(chosen.Features[i], 0);
        List<TableColumn> columns = [@case.Label(chosen), chosen.Column];
        if (weights is not null)
            columns.Add(TableColumn.Single("Weight", weights));
        return new(columns);
    }

    private static double Distance(float[] left, float[] right) =>
        left.Zip(right).Max(pair => Math.Abs(pair.First - pair.Second));
}
