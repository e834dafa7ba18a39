using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
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

    private static void Make(Binary options) =>
        ML.BinaryClassification.Trainers.NeuralNetwork(options);

    private static void Make(Multiclass options) =>
        ML.MulticlassClassification.Trainers.NeuralNetwork(options);

    private static void Make(Regression options) => ML.Regression.Trainers.NeuralNetwork(options);
}
