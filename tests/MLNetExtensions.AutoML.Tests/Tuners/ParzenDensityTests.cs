namespace MLNetExtensions.AutoML.Tests.Tuners;

/// <summary>The density that proposals are drawn from.</summary>
public sealed class ParzenDensityTests
{
    private static readonly double[] _values = [0.1, 0.12, 0.15, 0.8];

    [Fact]
    public void It_is_a_density()
    {
        const int points = 20_000;
        ParzenDensity density = new(_values, steps: null);
        Assert.Equal(1, Enumerable.Range(0, points).Average(i => density.At((i + 0.5) / points)), 1e-4);
        Assert.True(density.At(0.12) > 1.5 * density.At(0.5), "high where the values are");
        Assert.True(density.At(0.5) > 0.1, "nowhere without a chance");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void With_steps_it_is_a_probability_of_each(int steps)
    {
        ParzenDensity density = new(_values, steps);
        double[] middles = [.. Enumerable.Range(0, steps).Select(step => (step + 0.5) / steps)];
        Assert.Equal(1, middles.Sum(density.At), 1e-9);
        // Any value of a step stands for it, 1 for the last.
        Assert.Equal(density.At(middles[0]), density.At(0));
        Assert.Equal(density.At(middles[^1]), density.At(1));
    }

    [Fact]
    public void Samples_are_distributed_as_it_says()
    {
        const int samples = 20_000, steps = 5;
        Random random = new(1);
        ParzenDensity density = new(_values, steps), continuous = new(_values, steps: null);
        double[] drawn = [.. Enumerable.Range(0, samples).Select(_ => density.Sample(random))];
        foreach (IGrouping<double, double> step in drawn.GroupBy(value => value))
            Assert.Equal(density.At(step.Key), (double)step.Count() / samples, 0.015);
        Assert.All(Enumerable.Range(0, samples), _ => Assert.InRange(continuous.Sample(random), 0, 1));
        double below = Enumerable.Range(0, samples).Count(_ => continuous.Sample(random) < 0.2) / (double)samples;
        Assert.Equal(Enumerable.Range(0, 2000).Sum(i => continuous.At((i + 0.5) / 10_000)) / 10_000, below, 0.015);
    }

    [Fact]
    public void Without_values_it_is_wide()
    {
        ParzenDensity density = new([], steps: null);
        Assert.InRange(density.At(0) / density.At(0.5), 0.7, 1);
    }
}
