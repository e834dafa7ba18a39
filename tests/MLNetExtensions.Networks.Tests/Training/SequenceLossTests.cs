using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class SequenceLossTests
{
    private const int Places = 4, Classes = 3;

    /// <summary>Three sequences of four places are twelve examples, of which those to ignore are left out.</summary>
    [Theory]
    [InlineData(-100)]
    [InlineData(0)]
    public void Is_the_cross_entropy_of_all_places_that_count(int ignored)
    {
        Random random = new(4);
        double[] logits = [.. Enumerable.Range(0, 3 * Places * Classes).Select(_ => 4 * random.NextDouble() - 2)];
        float[] targets = [.. Enumerable.Range(0, 3 * Places).Select(i => i % 5 == 0 ? ignored : (float)(1 + i % 2))];
        float[] weights = [1, 0.5f, 2];
        SequenceCrossEntropyLoss loss = new(Classes, ignored);
        Assert.Equal(Places, loss.TargetSize(new(Places * Classes)));
        double[] gradient = [.. Enumerable.Repeat(7.0, logits.Length)], expectedGradient = new double[logits.Length];
        (double sum, double weight) = loss.Accumulate(
            new OutputBatch<double>(new(Places * Classes), logits, targets, weights, gradient));

        (double expectedSum, double expectedWeight) = (0, 0);
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignored)
                continue;
            (double one, double of) = new CrossEntropyLoss().Accumulate(new OutputBatch<double>(
                new(Classes), logits.AsSpan(i * Classes, Classes), targets.AsSpan(i, 1), weights.AsSpan(i / Places, 1),
                expectedGradient.AsSpan(i * Classes, Classes)));
            (expectedSum, expectedWeight) = (expectedSum + one, expectedWeight + of);
        }
        Assert.Equal(expectedSum, sum, 1e-12);
        Assert.Equal(expectedWeight, weight, 1e-12);
        for (int i = 0; i < gradient.Length; i++)
            Assert.Equal(expectedGradient[i], gradient[i], 1e-12);
        (double again, _) = loss.Accumulate(new OutputBatch<double>(new(Places * Classes), logits, targets, weights));
        Assert.Equal(sum, again);
    }

    [Fact]
    public void Accuracy_counts_places()
    {
        SequenceCrossEntropyLoss loss = new(Classes, IgnoreIndex: -1);
        MeanMetric metric = Assert.IsAssignableFrom<MeanMetric>(TrainingMetric.For(loss, new(2 * Classes)));
        float[] logits = [1, 5, 2, 9, 0, 0, 0, 1, 3, 2, 1, 0];
        (double sum, double weight) = metric.Accumulate(
            new OutputBatch<float>(new(2 * Classes), logits, [1, 0, 0, -1], [1, 3]));
        Assert.Equal((2, 5), (sum, weight));
    }

    [Fact]
    public void Wrong_sizes_and_targets_are_named()
    {
        Assert.Contains("the network has 10", Assert.Throws<ArgumentException>(
            () => new SequenceCrossEntropyLoss(Classes).TargetSize(new(10))).Message);
        Assert.Throws<ArgumentException>(() => new SequenceCrossEntropyLoss(1).TargetSize(new(10)));
        Assert.Contains("target 3 of row 1 is not a class index", Assert.Throws<ArgumentException>(
            () => new SequenceCrossEntropyLoss(Classes).Accumulate(
                new OutputBatch<float>(new(2 * Classes), new float[4 * Classes], [0, 0, 0, 3]))).Message);
    }
}
