using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Validation sets: given, or parted from the training rows.</summary>
public sealed class ValidationTests
{
    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_validation_set_is_measured_after_each_epoch_and_not_learned_from(string task)
    {
        TaskCase @case = TaskCase.All[task];
        MLContext ml = new();
        NeuralNetworkTrainer trainer = @case.Trainer(ml, options => options.Epochs = 8);
        NeuralNetworkTransformer with = trainer.Fit(@case.Train, @case.Test), without = trainer.Fit(@case.Train);
        Assert.Equal(Values.Floats(without.Transform(@case.Test)), Values.Floats(with.Transform(@case.Test)));
        Assert.All(without.History, epoch => Assert.Null(epoch.ValidationLoss));
        Assert.All(with.History, epoch => Assert.NotNull(epoch.ValidationLoss));
        Assert.Equal(task is "regression" or "anomaly" ? "mean absolute error" : "accuracy", with.History.MetricName);
        if (task == "anomaly")
            Assert.Equal(Values.Floats(with.Transform(@case.Test)).Average(), with.History[^1].ValidationMetric!.Value, 1e-6);
        else if (task != "regression")
            Assert.Equal(@case.Quality(ml, with.Transform(@case.Test)), with.History[^1].ValidationMetric!.Value, 1e-6);
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void A_fraction_of_the_rows_is_kept_out(string task)
    {
        TaskCase @case = TaskCase.All[task];
        List<string> log = [];
        MLContext ml = new();
        ml.Log += (_, message) => log.Add(message.Message);
        NeuralNetworkTransformer model = @case.Trainer(ml, options =>
        {
            options.ValidationFraction = 0.25;
            options.Epochs = 2;
        }).Fit(@case.Train);
        Assert.All(model.History, epoch => Assert.NotNull(epoch.ValidationLoss));
        Assert.Contains(log, line => line.Contains("on 450 examples"));
    }

    [Fact]
    public void A_validation_set_that_is_given_takes_the_place_of_the_fraction()
    {
        TaskCase @case = TaskCase.All["binary"];
        NeuralNetworkTransformer Fit(double fraction) => @case.Trainer(new MLContext(), options =>
        {
            options.ValidationFraction = fraction;
            options.Epochs = 2;
        }).Fit(@case.Train, @case.Test);
        Assert.Equal(
            Fit(0).History.Select(epoch => epoch.ValidationLoss), Fit(0.5).History.Select(epoch => epoch.ValidationLoss));
    }

    [Fact]
    public void Each_class_gives_its_share_of_the_fraction()
    {
        // 4 of 80 rows are positive and the features say nothing, so the accuracy is the share of negatives in the validation
        // set.
        Points points = new(1, 80);
        TableView table = new(
            TableColumn.Boolean("Label", points.Products.Select((_, row) => row % 20 == 0)),
            TableColumn.Vector("Features", NumberDataViewType.Single, points.Features.Select(_ => new float[4])));
        foreach (int seed in Enumerable.Range(0, 10))
        {
            NeuralNetworkTransformer model = TaskCase.All["binary"].Trainer(new MLContext(), options =>
            {
                options.ValidationFraction = 0.25;
                (options.Epochs, options.Seed, options.LearningRate) = (20, seed, 0.1);
            }).Fit(table);
            Assert.Equal(0.95, model.History[^1].ValidationMetric!.Value, 1e-9);
        }
    }

    [Fact]
    public void Early_stopping_ends_the_run_and_restores_the_best_weights()
    {
        // Labels that have nothing to do with the features: the network can only learn them by heart, and the validation loss
        // rises.
        Points points = new(1, 60), others = new(2, 60);
        Random random = new(3);
        TableView Noise(Points from) =>
            new(TableColumn.Single("Label", from.Products.Select(_ => random.NextSingle())), from.Column);
        TableView train = Noise(points), validation = Noise(others);
        NeuralNetworkTransformer Fit(int epochs, EarlyStopping? stopping) =>
            TaskCase.All["regression"].Trainer(new MLContext(), options =>
            (options.Epochs, options.EarlyStopping, options.LearningRate) = (epochs, stopping, 0.03))
                .Fit(train, validation);

        NeuralNetworkTransformer stopped = Fit(500, new(Patience: 5));
        int best = 1 + Enumerable.Range(0, stopped.History.Count).MinBy(epoch => stopped.History[epoch].ValidationLoss);
        Assert.Equal(best + 5, stopped.History.Count);
        Assert.Equal(
            Values.Bits(Values.Floats(Fit(best, null).Transform(validation))),
                Values.Bits(Values.Floats(stopped.Transform(validation))));
    }

    [Fact]
    public void Early_stopping_by_a_metric_needs_a_validation_set()
    {
        TaskCase @case = TaskCase.All["binary"];
        ArgumentException e = Assert.Throws<ArgumentException>(() => @case.Trainer(new MLContext(), options =>
            options.EarlyStopping = new(Monitor: MonitoredQuantity.ValidationMetric))
                .Fit(@case.Train));
        Assert.Contains("validation set", e.Message);
    }
}
