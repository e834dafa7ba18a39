using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

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
                { "PositiveWeight", () => Make(new NeuralNetworkBinaryTrainer.Options { Training = training, PositiveWeight = 1 }) },
                { "BalanceClasses", () => Make(new NeuralNetworkBinaryTrainer.Options { Training = training, BalanceClasses = true }) },
                { "ClassWeights", () => Make(new NeuralNetworkMulticlassTrainer.Options { Training = training, ClassWeights = [1] }) },
                {
                    "BalanceClasses",
                    () => Make(new NeuralNetworkMulticlassTrainer.Options { Training = training, BalanceClasses = true })
                },
                {
                    "LabelSmoothing",
                    () => Make(new NeuralNetworkMulticlassTrainer.Options { Training = training, LabelSmoothing = 0.1 })
                },
                { "Loss", () => Make(new NeuralNetworkRegressionTrainer.Options { Training = training, Loss = new L1Loss() }) },
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

    private static void Make(NeuralNetworkBinaryTrainer.Options options) =>
        ML.BinaryClassification.Trainers.NeuralNetwork(options);

    private static void Make(NeuralNetworkMulticlassTrainer.Options options) =>
        ML.MulticlassClassification.Trainers.NeuralNetwork(options);

    private static void Make(NeuralNetworkRegressionTrainer.Options options) => ML.Regression.Trainers.NeuralNetwork(options);
}
