using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>The semantics of Keras 3's EarlyStopping, on scripted validation losses.</summary>
public sealed class EarlyStoppingTests
{
    private static readonly double[] Losses = [5, 4, 3, 3.5, 3.2, 3.1, 2, 2.5];

    [Theory]
    [InlineData(2, 5, 3)]
    [InlineData(3, 6, 3)]
    [InlineData(4, 8, 7)]
    [InlineData(1, 4, 3)]
    [InlineData(0, 4, 3)]
    public void Stops_when_patience_is_used_up(int patience, int epochs, int bestEpoch)
    {
        TrainingResult result = Run(Losses, new(patience));
        Assert.Equal((epochs, bestEpoch), (result.History.Count, result.BestEpoch));
        Assert.Equal(epochs < Losses.Length ? StopReason.EarlyStopped : StopReason.Completed, result.StopReason);
    }

    [Fact]
    public void Improvements_below_min_delta_do_not_count()
    {
        // 4.6 is not 0.5 below 5, but 4.4 is; 4.0 is not 0.5 below 4.4, 3.9 (after rounding: 4.4 − 0.5) not strictly.
        TrainingResult result = Run([5, 4.6, 4.4, 4.0, 3.95, 1], new(2, MinDelta: 0.5));
        Assert.Equal((5, 3), (result.History.Count, result.BestEpoch));
    }

    [Fact]
    public void Epochs_before_the_start_are_not_watched()
    {
        TrainingResult result = Run([1, 2, 3, 2.5, 2.75, 2.6, 2.7], new(2, StartFromEpoch: 2));
        Assert.Equal((6, 4), (result.History.Count, result.BestEpoch));
        Assert.Equal(0, Run([3, 2], new(1, StartFromEpoch: 5)).BestEpoch);
    }

    [Fact]
    public void The_first_epoch_never_stops() => Assert.Equal(2, Run([5, 5, 5], new(0)).History.Count);

    [Fact]
    public void The_best_weights_come_back_or_the_last_stay()
    {
        float[] best = Weights(Run(Losses, new(2)));
        Assert.Equal(Weights(Run(Losses[..3], null)), best);
        float[] last = Weights(Run(Losses, new(2, RestoreBest: false)));
        Assert.Equal(Weights(Run(Losses[..5], null)), last);
        Assert.NotEqual(best, last);
    }

    [Fact]
    public void The_best_weights_come_back_without_a_stop_too() =>
        Assert.Equal(Weights(Run(Losses[..3], null)), Weights(Run(Losses[..5], new(10))));

    [Fact]
    public void Without_early_stopping_the_last_weights_are_kept_and_the_best_epoch_known()
    {
        TrainingResult result = Run(Losses, null);
        Assert.Equal((8, 7, StopReason.Completed), (result.History.Count, result.BestEpoch, result.StopReason));
    }

    [Fact]
    public void A_metric_where_higher_is_better_is_watched_upwards()
    {
        // One logit against the target 0: accuracy is 1 for a negative logit.
        float[] logits = [1, 1, -1, -1, -1, -1];
        FakeEngine engine = new() { Output = steps => logits[steps - 1] };
        TrainingOptions options = new()
        {
            Loss = new BinaryCrossEntropyLoss(),
            Epochs = 6,
            BatchSize = 4,
            EarlyStopping = new(2, Monitor: MonitoredQuantity.ValidationMetric),
        };
        TrainingResult result = NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), engine, TrainingSets.Numbered(4), TrainingSets.Numbered(3), options);
        Assert.Equal((5, 3), (result.History.Count, result.BestEpoch));
        Assert.Equal([0, 0, 1, 1, 1], result.History.Select(epoch => epoch.ValidationMetric!.Value));
        Assert.Equal("accuracy", result.History.MetricName);
    }

    [Fact]
    public void The_training_loss_is_watched_without_a_validation_set()
    {
        FakeEngine engine = new() { TrainingLoss = step => Losses[step] };
        TrainingOptions options = new() { Loss = new L1Loss(), Epochs = 8, BatchSize = 4, EarlyStopping = new(2) };
        TrainingResult result = NetworkTrainer.Fit(TrainingSets.LinearNetwork(), engine, TrainingSets.Numbered(4), null, options);
        Assert.Equal((5, 3), (result.History.Count, result.BestEpoch));
        Assert.All(result.History, epoch => Assert.Null(epoch.ValidationLoss));
    }

    [Fact]
    public void The_validation_metric_needs_a_validation_set()
    {
        TrainingOptions options = new() { Loss = new L1Loss(), EarlyStopping = new(Monitor: MonitoredQuantity.ValidationMetric) };
        Assert.Throws<ArgumentException>(() =>
            NetworkTrainer.Fit(TrainingSets.LinearNetwork(), new FakeEngine(), TrainingSets.Numbered(4), null, options));
    }

    /// <summary>A run of one step an epoch with the given validation losses.</summary>
    private static TrainingResult Run(double[] losses, EarlyStopping? stopping)
    {
        FakeEngine engine = new() { Output = steps => (float)losses[steps - 1] };
        TrainingOptions options = new() { Loss = new L1Loss(), Epochs = losses.Length, BatchSize = 4, EarlyStopping = stopping };
        TrainingResult result = NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), engine, TrainingSets.Numbered(4), TrainingSets.Numbered(5), options);
        Assert.Equal(losses.Take(result.History.Count).Select(loss => (double)(float)loss), result.History.Select(e => e.ValidationLoss!.Value));
        return result;
    }

    private static float[] Weights(TrainingResult result) => result.Model.Weights["0.weight"].Values;
}
