using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class TrainingDataTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(64)]
    [InlineData(197)]
    public void Bytes_become_floats_from_0_to_255(int width)
    {
        byte[] pixels = [.. Enumerable.Range(0, 4 * width).Select(i => (byte)(i * 37))];
        InMemoryTrainingData<byte> data = new(new(width), pixels, new float[4]);
        float[] features = new float[2 * width];
        data.CopyFeatures([3, 1], features);
        Assert.Equal(pixels[(3 * width)..].Concat(pixels[width..(2 * width)]).Select(pixel => (float)pixel), features);
    }

    [Fact]
    public void Targets_and_weights_follow_the_rows()
    {
        InMemoryTrainingData<float> data = new(new(1), [10, 11, 12], [1, 2, 3, 4, 5, 6], [0.5f, 1, 2], targetSize: 2);
        float[] targets = new float[4];
        float[] weights = new float[2];
        float[] features = new float[2];
        data.CopyTargets([2, 0], targets);
        data.CopyWeights([2, 0], weights);
        data.CopyFeatures([2, 0], features);
        Assert.Equal([5, 6, 1, 2], targets);
        Assert.Equal([2, 0.5f], weights);
        Assert.Equal([12, 10], features);
        Assert.Equal((3, 2, true), (data.Count, data.TargetSize, data.HasWeights));
        Assert.Equal(1, new InMemoryTrainingData<float>(new(1), [1f], [0]).Weight(0));
    }

    [Fact]
    public void A_table_grows_over_many_blocks()
    {
        FeatureTable<float> table = new(100_000);
        float[] row = new float[100_000];
        for (int i = 0; i < 25; i++)
        {
            row[0] = i;
            row[^1] = -i;
            table.Add(row);
        }
        Assert.Equal(25, table.Count);
        Assert.Equal([.. Enumerable.Range(0, 25).Select(i => ((float)i, (float)-i))], Enumerable.Range(0, 25).Select(i => (Row(table, i)[0], Row(table, i)[^1])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Row(table, 25));
        Assert.Contains("3 values doesn't fit a table of width 100000", Assert.Throws<ArgumentException>(() => table.Add(new float[3])).Message);
    }

    [Fact]
    public void A_table_over_an_array_shares_it()
    {
        byte[] values = [1, 2, 3, 4];
        FeatureTable<byte> table = new(2, values);
        values[3] = 9;
        Assert.Equal([3, 9], Row(table, 1));
        Assert.Throws<InvalidOperationException>(() => table.Add([1, 2]));
        Assert.Throws<ArgumentException>(() => new FeatureTable<byte>(3, values));
    }

    [Fact]
    public void Wrong_sizes_and_values_are_named()
    {
        Check("3 targets are no multiple of 2", () => new InMemoryTrainingData<float>(new(1), [1, 2, 3], [1, 2, 3], targetSize: 2));
        Check("2 weights for 3 examples", () => new InMemoryTrainingData<float>(new(1), [1, 2, 3], [1, 2, 3], [1, 1]));
        Check("2 rows of features but targets for 3", () => new InMemoryTrainingData<float>(new(1), [1f, 2], [1, 2, 3]));
        Check("target NaN of example 1 is not finite", () => new InMemoryTrainingData<float>(new(1), [1f, 2], [1, float.NaN]));
        Check("weight -1 of example 0", () => new InMemoryTrainingData<float>(new(1), [1f, 2], [1, 1], [-1, 0]));
        Check("Rows of 2 values don't fill the shape [3]",
            () => new InMemoryTrainingData<float>(new(3), new FeatureTable<float>(2, [1, 2]), [1]));

        static void Check(string message, Action make) => Assert.Contains(message, Assert.Throws<ArgumentException>(make).Message);
    }

    [Fact]
    public void A_split_parts_every_example_once_and_follows_its_seed()
    {
        TrainingData data = TrainingSets.Numbered(103);
        (TrainingData training, TrainingData validation) = data.Split(0.2, seed: 4);
        Assert.Equal((82, 21), (training.Count, validation.Count));
        Assert.Equal(Enumerable.Range(0, 103), Rows(training).Concat(Rows(validation)).Order());
        Assert.Equal(Rows(validation).Order(), Rows(validation));
        Assert.Equal(Rows(validation), Rows(data.Split(0.2, seed: 4).Validation));
        Assert.NotEqual(Rows(validation), Rows(data.Split(0.2, seed: 5).Validation));
    }

    [Fact]
    public void A_stratified_split_keeps_the_proportions_of_the_classes()
    {
        float[] labels = [.. Enumerable.Range(0, 200).Select(i => i % 20 == 0 ? 2f : i % 4 == 1 ? 1 : 0)];
        TrainingData data = new InMemoryTrainingData<float>(new(1), [.. Enumerable.Range(0, 200).Select(i => (float)i)], labels);
        (TrainingData training, TrainingData validation) = data.Split(0.1, seed: 1, stratified: true);
        Assert.Equal([14, 5, 1], Counts(validation));
        Assert.Equal([126, 45, 9], Counts(training));
        Assert.All(Enumerable.Range(0, validation.Count), i => Assert.Equal(labels[Rows(validation)[i]], validation.Targets(i)[0]));

        static int[] Counts(TrainingData data) =>
            [.. Enumerable.Range(0, 3).Select(label => Enumerable.Range(0, data.Count).Count(row => data.Targets(row)[0] == label))];
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void A_stratified_split_leaves_an_example_of_every_class_to_train_on(double fraction)
    {
        // Classes of 1, 2, 3, ... 12 examples.
        float[] labels = [.. Enumerable.Range(1, 12).SelectMany(size => Enumerable.Repeat((float)size, size))];
        TrainingData data = new InMemoryTrainingData<float>(new(1), new float[labels.Length], labels);
        foreach (int seed in Enumerable.Range(0, 20))
        {
            (TrainingData training, TrainingData validation) = data.Split(fraction, seed, stratified: true);
            Assert.Equal(Enumerable.Range(1, 12).Select(size => (float)size), Labels(training).Distinct().Order());
            Assert.InRange(validation.Count, Math.Min(fraction * labels.Length, labels.Length - 12) - 1, fraction * labels.Length + 1);
        }

        static IEnumerable<float> Labels(TrainingData data) =>
            Enumerable.Range(0, data.Count).Select(row => data.Targets(row).ToArray()[0]);
    }

    [Fact]
    public void A_stratified_split_leaves_an_example_of_every_class_that_has_a_weight()
    {
        float[] labels = [.. Enumerable.Range(0, 60).Select(row => row < 6 ? 1f : 0f)];
        float[] weights = [.. Enumerable.Range(0, 60).Select(row => row is >= 1 and < 6 ? 0f : 1)];
        TrainingData data = new InMemoryTrainingData<float>(
            new(1), [.. Enumerable.Range(0, 60).Select(row => (float)row)], labels, weights);
        foreach (int seed in Enumerable.Range(0, 20))
            Assert.Contains(0, Rows(data.Split(0.5, seed, stratified: true).Training));
    }

    [Fact]
    public void Other_targets_for_the_same_examples()
    {
        TrainingData data = new InMemoryTrainingData<float>(new(1), [5, 6, 7], [1, 2, 3], [1, 0, 2]).Subset([2, 0]);
        TrainingData other = data.WithTargets([30, 10]);
        Assert.Equal([7, 5], Rows(other));
        Assert.Equal((30f, 10f), (other.Targets(0)[0], other.Targets(1)[0]));
        Assert.Equal((2f, 1f), (other.Weight(0), other.Weight(1)));
        Assert.Equal(3, data.Targets(0)[0]);
        Assert.Contains("1 targets, not 2", Assert.Throws<ArgumentException>(() => data.WithTargets([1])).Message);
    }

    [Fact]
    public void A_subset_of_a_subset_reaches_the_rows_with_their_weights()
    {
        TrainingData data = new InMemoryTrainingData<float>(
            new(1), [.. Enumerable.Range(0, 500).Select(i => (float)i)], new float[500], [.. Enumerable.Range(0, 500).Select(i => i / 2f)]);
        TrainingData subset = data.Subset([.. Enumerable.Range(100, 300)]).Subset([.. Enumerable.Range(0, 300).Reverse()]);
        Assert.Equal(Enumerable.Range(100, 300).Reverse(), Rows(subset));
        Assert.Equal(399 / 2f, subset.Weight(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_split_needs_a_proper_fraction(double fraction) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TrainingSets.Numbered(10).Split(fraction, 1));

    [Fact]
    public void A_split_needs_enough_examples() =>
        Assert.Contains("too few", Assert.Throws<ArgumentException>(() => TrainingSets.Numbered(2).Split(0.1, 1)).Message);

    private static int[] Rows(TrainingData data)
    {
        float[] features = new float[data.Count * data.FeatureShape.Size];
        data.CopyFeatures([.. Enumerable.Range(0, data.Count)], features);
        return [.. features.Chunk((int)data.FeatureShape.Size).Select(row => (int)row[0])];
    }

    private static T[] Row<T>(FeatureTable<T> table, int row)
        where T : unmanaged
    {
        T[] values = new T[table.Width];
        table.CopyTo(row, values);
        return values;
    }
}
