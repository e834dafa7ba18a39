using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Rare classes: a split leaves them to the training rows, and what is counted is counted there.</summary>
public sealed class SplitTests
{
    private static readonly int[] Seeds = [.. Enumerable.Range(0, 20)];

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_class_of_one_example_is_learned(double fraction)
    {
        // Three classes that lie apart; of the third one there is one row.
        float[][] features =
            [.. Enumerable.Range(0, 41).Select(row => (float[])(row == 40 ? [0, 0, 1] : row % 2 == 0 ? [1, 0, 0] : [0, 1, 0]))];
        TableView table = new(
            TableColumn.Key("Label", features.Select(row => (uint)Array.IndexOf(row, 1f) + 1), 3),
            TableColumn.Vector("Features", NumberDataViewType.Single, features));
        foreach (int seed in Seeds)
        {
            ITransformer model = new MLContext().MulticlassClassification.Trainers.NeuralNetwork(new()
            {
                ValidationFraction = fraction,
                BalanceClasses = true,
                Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, []),
                Epochs = 60, Seed = seed, LearningRate = 0.1,
            }).Fit(table);
            Assert.Equal(3u, Values.Scalars<uint>(model.Transform(table), "PredictedLabel")[40]);
        }
    }

    [Fact]
    public void Both_of_two_classes_stay()
    {
        TableView table = new(
            TableColumn.Boolean("Label", Enumerable.Range(0, 40).Select(row => row == 7)),
            TableColumn.Vector(
                "Features", NumberDataViewType.Single, Enumerable.Range(0, 40).Select(row => (float[])[row == 7 ? 1 : 0])));
        foreach (int seed in Seeds)
        {
            ITransformer model = new MLContext().BinaryClassification.Trainers.NeuralNetwork(new()
            {
                ValidationFraction = 0.5,
                Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, []),
                Epochs = 60, Seed = seed, LearningRate = 0.2,
            }).Fit(table);
            Assert.Equal(1, Values.Scalars<bool>(model.Transform(table), "PredictedLabel").Count(positive => positive));
        }
    }

    [Fact]
    public void Too_few_rows_to_part_are_an_error()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        TableView table = new(TableColumn.Key("Label", [1u, 2, 3], 3), new Points(1, 3).Column);
        Assert.Contains("too few", Assert.ThrowsAny<ArgumentException>(
            () => @case.Trainer(new MLContext(), options => options.ValidationFraction = 0.5).Fit(table)).Message);
    }

    [Fact]
    public void Classes_are_balanced_by_the_rows_that_are_trained_on()
    {
        // The rows of one class are all alike, so it does not matter which of them are kept out.
        TableView table = new(
            TableColumn.Boolean("Label", Enumerable.Range(0, 21).Select(row => row < 2)),
            TableColumn.Vector(
                "Features", NumberDataViewType.Single, Enumerable.Range(0, 21).Select(row => (float[])[row < 2 ? 1 : -1])));
        (TrainingData training, _) = new InMemoryTrainingData<float>(
            new(1), new float[21], [.. Enumerable.Range(0, 21).Select(row => row < 2 ? 1f : 0f)]).Split(0.5, 3, stratified: true);
        int positives = Enumerable.Range(0, training.Count).Count(row => training.Targets(row)[0] == 1);
        double weight = (training.Count - positives) / (double)positives;
        Assert.NotEqual(19 / 2.0, weight);
        Assert.Equal(Fit(new() { PositiveWeight = weight }), Fit(new() { BalanceClasses = true }));

        float[] Fit(NeuralNetworkBinaryTrainer.Options options)
        {
            options.ValidationFraction = 0.5;
            (options.Epochs, options.Seed) = (3, 3);
            ITransformer model = new MLContext().BinaryClassification.Trainers.NeuralNetwork(options).Fit(table);
            return Values.Floats(model.Transform(table));
        }
    }

    [Fact]
    public void A_regressions_unit_is_that_of_the_rows_that_are_trained_on()
    {
        // One outlier. Where it is kept out, the standardised labels don't know of it, and a network that never learns says so:
        // its output of 0 is the mean of the training labels.
        Points points = new(1, 10);
        TableView table = new(
            TableColumn.Single("Label", Enumerable.Range(0, 10).Select(row => row == 0 ? 1e6f : row)),
            TableColumn.Vector("Features", NumberDataViewType.Single, points.Features.Select(_ => new float[4])));
        int keptOut = 0;
        foreach (int seed in Seeds)
        {
            (TrainingData training, _) = new InMemoryTrainingData<float>(
                new(4), new float[40], [.. Enumerable.Range(0, 10).Select(row => row == 0 ? 1e6f : row)]).Split(0.4, seed);
            double mean = Enumerable.Range(0, training.Count).Average(row => (double)training.Targets(row)[0]);
            keptOut += mean < 10 ? 1 : 0;
            ITransformer model = new MLContext().Regression.Trainers.NeuralNetwork(new()
            {
                ValidationFraction = 0.4,
                Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, []),
                Epochs = 1, Seed = seed, LearningRate = 1e-30, Optimizer = new Sgd(),
            }).Fit(table);
            // The features are 0, so the score is the bias drawn, within ±1/2, in deviations from the mean.
            double deviation = Math.Sqrt(Enumerable.Range(0, training.Count).Average(
                row => Math.Pow(training.Targets(row)[0] - mean, 2)));
            Assert.InRange(Values.Floats(model.Transform(table))[0], mean - 0.51 * deviation, mean + 0.51 * deviation);
        }
        Assert.InRange(keptOut, 1, 19);
    }

    [Fact]
    public void Classes_without_training_rows_are_named()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        Points points = new(1, 60);
        ContextLog log = new();
        TableView train = new(
            TableColumn.Key("Label", points.Classes.Select(value => value == 2 ? 1 : value + 1), 3,
                TableColumn.TextAnnotation("KeyValues", "mixed", "below", "above")), points.Column);
        // The validation set has the class: measured, as misses.
        NeuralNetworkTransformer model = @case.Trainer(log.Context).Fit(train, @case.Test);
        Assert.Contains(
            "no training rows of 1 of its 3 classes, which the network can't learn: 'above'", Assert.Single(log.Warnings));
        Assert.Equal(
            @case.Quality(log.Context, model.Transform(@case.Test)), model.History[^1].ValidationMetric!.Value, 1e-6);
    }

    [Fact]
    public void A_class_whose_rows_have_no_weight_is_not_there()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        Points points = new(1, 60);
        ContextLog log = new();
        TableView train = new(
            @case.Label(points), points.Column,
            TableColumn.Single("Weight", points.Classes.Select(value => value == 2 ? 0f : 1)));
        @case.Trainer(log.Context, options =>
        {
            options.ExampleWeightColumnName = "Weight";
            options.ValidationFraction = 0.2;
        }).Fit(train);
        Assert.Contains(log.Warnings, line => line.Contains("no training rows of 1 of its 3 classes"));
    }

    [Fact]
    public void Folds_that_lack_a_class_are_named_and_trained()
    {
        Points points = new(1, 40);
        MLContext ml = new(seed: 1);
        List<string> warnings = [];
        ml.Log += (_, message) => warnings.Add(message.Message);
        TableView table = new(
            TableColumn.Key("Label", points.Classes.Select((value, row) => row == 0 ? 3 : value % 2 + 1), 3), points.Column);
        var folds = ml.MulticlassClassification.CrossValidate(
            table, ml.MulticlassClassification.Trainers.NeuralNetwork(numberOfEpochs: 2), numberOfFolds: 4);
        Assert.Equal(4, folds.Count);
        Assert.Single(
            warnings, line => line.Contains("no training rows of 1 of its 3 classes, which the network can't learn: '3'"));
    }

    [Fact]
    public void Weights_of_0_for_every_class_there_is_leave_nothing_to_learn()
    {
        Points points = new(1, 30);
        TableView table = new(TableColumn.Key("Label", points.Classes.Select(value => value % 2 + 1), 3), points.Column);
        NeuralNetworkMulticlassTrainer trainer =
            new MLContext().MulticlassClassification.Trainers.NeuralNetwork(new() { ClassWeights = [0, 0, 1] });
        Assert.Contains(
            "ClassWeights are 0 for every class", Assert.Throws<InvalidOperationException>(() => trainer.Fit(table)).Message);
    }
}
