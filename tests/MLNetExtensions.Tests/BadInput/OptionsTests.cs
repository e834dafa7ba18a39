using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;
using Binary = MLNetExtensions.Trainers.NeuralNetworkBinaryTrainer.Options;
using Multiclass = MLNetExtensions.Trainers.NeuralNetworkMulticlassTrainer.Options;
using Regression = MLNetExtensions.Trainers.NeuralNetworkRegressionTrainer.Options;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Options that contradict each other, or the data.</summary>
public sealed class OptionsTests
{
    private static readonly MLContext ML = new();

    public static TheoryData<string, Action> Contradictions
    {
        get
        {
            TrainingOptions training = new(new HuberLoss());
            return new()
            {
                { "PositiveWeight", () => Make(new Binary { Training = training, PositiveWeight = 1 }) },
                { "BalanceClasses", () => Make(new Binary { Training = training, BalanceClasses = true }) },
                { "ClassWeights", () => Make(new Multiclass { Training = training, ClassWeights = [1] }) },
                { "BalanceClasses", () => Make(new Multiclass { Training = training, BalanceClasses = true }) },
                { "LabelSmoothing", () => Make(new Multiclass { Training = training, LabelSmoothing = 0.1 }) },
                { "Loss", () => Make(new Regression { Training = training, Loss = new L1Loss() }) },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void A_loss_excludes_what_shapes_the_tasks_own(string option, Action make)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(make);
        Assert.StartsWith($"{option} shapes the task's own loss, but Training.Loss replaces it by HuberLoss", error.Message);
    }

    [Fact]
    public void Validation_features_of_another_size()
    {
        TaskCase @case = TaskCase.All["regression"];
        Points points = new(1, 20);
        TableColumn narrow = TableColumn.Vector(
            "Features", NumberDataViewType.Single, [.. points.Features.Select(row => row[..3])]);
        string message = Assert.Throws<ArgumentOutOfRangeException>(
            () => @case.Trainer(ML).Fit(@case.Train, new TableView(@case.Label(points), narrow))).Message;
        Assert.Contains("feature column 'Features'", message);
        Assert.Contains("in the validation data", message);
    }

    [Theory]
    [InlineData("binary", "Sigmoid")]
    [InlineData("multiclass with text keys", "Softmax")]
    public void A_network_that_ends_in_what_the_loss_applies(string task, string layer)
    {
        TaskCase @case = TaskCase.All[task];
        string message = Assert.ThrowsAny<ArgumentException>(() => @case.Trainer(ML, options =>
            options.Architecture = (shape, outputs) => NetworkDefinition.Build(shape, layers => _ = layer == "Sigmoid"
                ? layers.Linear(outputs).Sigmoid("end")
                : layers.Linear(outputs).Softmax("end").Dropout(0.1))).Fit(@case.Train)).Message;
        Assert.Contains($"The network ends in {layer} ('end')", message);
        Assert.Contains("Leave that layer out", message);
    }

    [Fact]
    public void A_regression_whose_network_gives_no_negative_numbers()
    {
        TaskCase @case = TaskCase.All["regression"];
        NeuralNetworkTransformer Fit(bool standardize) => @case.Trainer(ML, options =>
        {
            options.Architecture =
                (shape, outputs) => NetworkDefinition.Build(shape, layers => layers.Linear(outputs).ReLU("end"));
            options.Training = options.Training with { Epochs = 1 };
            ((Regression)options).StandardizeLabel = standardize;
        }).Fit(@case.Train);
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(true)).Message;
        Assert.Contains("The network ends in ReLU ('end')", message);
        Assert.Contains("set StandardizeLabel to false", message);
        Assert.Single(Fit(false).History);
    }

    private static void Make(Binary options) =>
        ML.BinaryClassification.Trainers.NeuralNetwork(options);

    private static void Make(Multiclass options) =>
        ML.MulticlassClassification.Trainers.NeuralNetwork(options);

    private static void Make(Regression options) => ML.Regression.Trainers.NeuralNetwork(options);
}
