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

    public static TheoryData<string, Action> Contradictions => new()
    {
        { "PositiveWeight", () => Make(new Binary { Loss = new HuberLoss(), PositiveWeight = 1 }) },
        { "BalanceClasses", () => Make(new Binary { Loss = new HuberLoss(), BalanceClasses = true }) },
        { "ClassWeights", () => Make(new Multiclass { Loss = new HuberLoss(), ClassWeights = [1] }) },
        { "BalanceClasses", () => Make(new Multiclass { Loss = new HuberLoss(), BalanceClasses = true }) },
        { "LabelSmoothing", () => Make(new Multiclass { Loss = new HuberLoss(), LabelSmoothing = 0.1 }) },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void A_loss_excludes_what_shapes_the_tasks_own(string option, Action make)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(make);
        Assert.StartsWith($"{option} shapes the task's own loss, but Loss replaces it by HuberLoss", error.Message);
    }

    public static TheoryData<string, string, Action> OthersTasks => new()
    {
        { "MeanSquaredErrorLoss", "BinaryCrossEntropyLoss",
            () => Make(new Binary { Loss = new MeanSquaredErrorLoss() }) },
        { "L1Loss", "BinaryCrossEntropyLoss", () => Make(new Binary { Loss = new L1Loss() }) },
        { "HuberLoss", "BinaryCrossEntropyLoss", () => Make(new Binary { Loss = new HuberLoss() }) },
        { "CrossEntropyLoss", "BinaryCrossEntropyLoss", () => Make(new Binary { Loss = new CrossEntropyLoss() }) },
        { "AccuracyMetric", "BinaryAccuracyMetric",
            () => Make(new Binary { Metrics = [new AccuracyMetric()] }) },
        { "MeanAbsoluteErrorMetric", "BinaryAccuracyMetric",
            () => Make(new Binary { Metrics = [new MeanAbsoluteErrorMetric()] }) },
        { "MeanSquaredErrorLoss", "CrossEntropyLoss", () => Make(new Multiclass { Loss = new MeanSquaredErrorLoss() }) },
        { "L1Loss", "CrossEntropyLoss", () => Make(new Multiclass { Loss = new L1Loss() }) },
        { "HuberLoss", "CrossEntropyLoss", () => Make(new Multiclass { Loss = new HuberLoss() }) },
        { "BinaryCrossEntropyLoss", "CrossEntropyLoss",
            () => Make(new Multiclass { Loss = new BinaryCrossEntropyLoss() }) },
        { "BinaryAccuracyMetric", "Use AccuracyMetric",
            () => Make(new Multiclass { Metrics = [new BinaryAccuracyMetric()] }) },
        { "BinaryCrossEntropyLoss", "MeanSquaredErrorLoss",
            () => Make(new Regression { Loss = new BinaryCrossEntropyLoss() }) },
        { "CrossEntropyLoss", "MeanSquaredErrorLoss", () => Make(new Regression { Loss = new CrossEntropyLoss() }) },
        { "BinaryCrossEntropyLoss", "MeanSquaredErrorLoss", () => Make(new Regression { Loss = new BinaryCrossEntropyLoss() }) },
        { "AccuracyMetric", "MeanAbsoluteErrorMetric",
            () => Make(new Regression { Metrics = [new AccuracyMetric()] }) },
    };

    [Theory]
    [MemberData(nameof(OthersTasks))]
    public void A_loss_or_metric_of_another_task(string given, string remedy, Action make)
    {
        string message = Assert.Throws<ArgumentOutOfRangeException>(make).Message;
        Assert.StartsWith(given, message);
        Assert.Contains(remedy, message);
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_loss_of_the_users_own_is_taken_at_its_word(string task)
    {
        TaskCase @case = TaskCase.All[task];
        NeuralNetworkTransformer model = @case.Trainer(ML, options => options.Loss = new Doubled(task switch
        {
            "binary" => new BinaryCrossEntropyLoss(), "regression" => new MeanSquaredErrorLoss(), _ => new CrossEntropyLoss(),
        })).Fit(@case.Train);
        Assert.True(@case.Quality(ML, model.Transform(@case.Test)) > 0.9);
    }

    [Theory]
    [InlineData("ReLU")]
    [InlineData("GELU")]
    [InlineData("SiLU")]
    [InlineData("Softplus")]
    public void Two_classes_of_which_the_network_can_give_only_one(string layer)
    {
        TaskCase @case = TaskCase.All["binary"];
        string message = Assert.Throws<ArgumentOutOfRangeException>(() => @case.Trainer(ML, options =>
            options.Architecture = (shape, outputs) => NetworkDefinition.Build(shape, layers =>
            {
                _ = layers.Linear(outputs);
                _ = layer switch
                {
                    "ReLU" => layers.ReLU("end"), "GELU" => layers.GELU("end"), "SiLU" => layers.SiLU("end"),
                    _ => layers.Softplus(name: "end"),
                };
            })).Fit(@case.Train)).Message;
        Assert.Contains($"The network ends in {layer} ('end')", message);
        Assert.Contains("Leave that layer out", message);
    }

    [Theory]
    [InlineData("Tanh", true, false)]
    [InlineData("GELU", true, false)]
    [InlineData("SiLU", true, false)]
    [InlineData("Sigmoid", true, false)]
    [InlineData("Softplus", true, false)]
    [InlineData("ReLU6", true, false)]
    [InlineData("ELU", true, false)]
    [InlineData("Tanh", false, true)]
    [InlineData("Sigmoid", false, true)]
    [InlineData("Softmax", false, false)]
    [InlineData("LeakyReLU", true, true)]
    public void A_regression_whose_network_does_not_give_every_number(string layer, bool standardize, bool allowed)
    {
        TaskCase @case = TaskCase.All["regression"];
        Exception? error = Record.Exception(() => @case.Trainer(ML, options =>
        {
            options.Architecture = (shape, outputs) => NetworkDefinition.Build(shape, layers =>
            {
                _ = layers.Linear(outputs);
                _ = layer switch
                {
                    "Tanh" => layers.Tanh("end"), "GELU" => layers.GELU("end"), "SiLU" => layers.SiLU("end"),
                    "Sigmoid" => layers.Sigmoid("end"), "Softmax" => layers.Softmax("end"), "ELU" => layers.ELU(name: "end"),
                    "Softplus" => layers.Softplus(name: "end"), "ReLU6" => layers.ReLU6("end"), _ => layers.LeakyReLU(name: "end"),
                };
            });
            options.Epochs = 1;
            ((Regression)options).StandardizeLabel = standardize;
        }).Fit(@case.Train));
        if (allowed)
            Assert.Null(error);
        else
            Assert.Contains($"The network ends in {layer}", Assert.IsType<ArgumentOutOfRangeException>(error).Message);
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
            options.Epochs = 1;
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

    /// <summary>A loss that the library does not know: twice another one.</summary>
    private sealed record Doubled(Loss Inner) : Loss
    {
        public override int TargetSize(RowLayout outputs) => Inner.TargetSize(outputs);

        public override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
        {
            (double sum, double weight) = Inner.Accumulate(batch);
            for (int row = 0; row < batch.Count; row++)
            {
                foreach (ref T slope in batch.Gradient(row))
                    slope += slope;
            }
            return (2 * sum, weight);
        }
    }
}
