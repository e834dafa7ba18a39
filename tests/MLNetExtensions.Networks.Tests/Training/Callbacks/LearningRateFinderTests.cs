using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class LearningRateFinderTests
{
    private static readonly TrainingOptions Options = new() { Loss = new L1Loss(), BatchSize = 4, Schedule = new OneCycleSchedule() };

    [Fact]
    public void The_rate_rises_exponentially_over_as_many_epochs_as_it_takes()
    {
        FakeEngine engine = new();
        LearningRateCurve curve = Find(engine, from: 1e-4, to: 1, steps: 9);
        double[] expected = [.. Enumerable.Range(0, 9).Select(i => Math.Pow(10, -4 + i / 2.0))];
        Assert.Equal(expected, curve.Select(point => point.Rate), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(engine.Rates, curve.Select(point => point.Rate));
        Assert.All(curve, point => Assert.Equal(1, point.Loss, 1e-12));
        Assert.Null(curve.Suggestion);
    }

    [Fact]
    public void The_loss_is_smoothed_and_the_run_ends_when_it_has_risen_far_above_its_minimum()
    {
        FakeEngine engine = new() { TrainingLoss = step => step < 20 ? 1 : 100 };
        LearningRateCurve curve = Find(engine);
        Assert.Equal(21, curve.Count);
        // 0.9 of the mean of twenty ones, 0.1 of a hundred, over 1 − 0.9^21.
        double weight = 1 - Math.Pow(0.9, 21);
        Assert.Equal((0.9 * (1 - Math.Pow(0.9, 20)) + 10) / weight, curve[20].Loss, 1e-9);
        Assert.Equal(100, curve[20].BatchLoss);
    }

    [Fact]
    public void What_was_found_before_a_run_diverged_is_kept()
    {
        LearningRateCurve curve = Find(new() { TrainingLoss = step => step < 30 ? 1 : double.NaN });
        Assert.Equal(30, curve.Count);
    }

    [Fact]
    public void The_suggestion_is_a_tenth_of_the_rate_of_the_lowest_loss()
    {
        LearningRateCurve curve = new(Enumerable.Range(0, 61).Select(i =>
        {
            double rate = Math.Pow(10, -6 + i / 10.0);
            return new LearningRatePoint(rate, 0, Math.Pow(Math.Log10(rate) + 2, 2));
        }));
        Assert.Equal(1e-3, curve.Suggestion!.Value, 1e-9);
        Assert.Null(new LearningRateCurve([]).Suggestion);
    }

    [Fact]
    public void A_network_learns_with_the_suggested_rate()
    {
        Random random = new(4);
        float[] features = [.. Enumerable.Range(0, 512).Select(_ => random.NextSingle() * 2 - 1)];
        float[] targets = [.. Enumerable.Range(0, 256).Select(i => features[2 * i] * features[2 * i + 1])];
        InMemoryTrainingData<float> data = new(new(2), features, targets);
        NetworkDefinition network = FeedForward.Create(new(2), 1, [32]);
        TrainingOptions options = new() { Loss = new MeanSquaredErrorLoss(), Seed = 1, Epochs = 30 };
        LearningRateCurve curve = LearningRateFinder.Find(network, ManagedEngine.Default, data, options, to: 10);
        double rate = curve.Suggestion!.Value;
        Assert.InRange(rate, 1e-4, 0.5);
        Assert.True(curve[^1].Loss > 2 * curve.Min(point => point.Loss));
        double loss = NetworkTrainer.Fit(network, ManagedEngine.Default, data, null, options with { LearningRate = rate }).History[^1].Loss;
        Assert.InRange(loss, 0, 0.3 * curve[0].BatchLoss);
    }

    [Theory]
    [InlineData(0, 1, 100, "From must be above 0")]
    [InlineData(0.1, 0.1, 100, "To must be above From")]
    [InlineData(1e-3, 1, 1, "Steps must be at least 2")]
    public void Numbers_out_of_range_are_refused(double from, double to, int steps, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(() => Find(new(), from, to, steps)).Message);

    private static LearningRateCurve Find(FakeEngine engine, double from = 1e-7, double to = 1, int steps = 100) =>
        LearningRateFinder.Find(TrainingSets.LinearNetwork(), engine, TrainingSets.Numbered(8), Options, null, from, to, steps);
}
