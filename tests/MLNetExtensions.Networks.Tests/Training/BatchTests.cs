using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class BatchTests
{
    private static readonly TrainingOptions Options = new() { Loss = new L1Loss(), BatchSize = 4, Seed = 8 };

    [Theory]
    [InlineData(12, 4, false, new[] { 4, 4, 4 })]
    [InlineData(10, 4, false, new[] { 4, 4, 2 })]
    [InlineData(9, 4, false, new[] { 4, 3, 2 })]
    [InlineData(9, 4, true, new[] { 4, 4 })]
    [InlineData(5, 2, false, new[] { 2, 2, 1 })]
    [InlineData(1, 4, false, new[] { 1 })]
    [InlineData(3, 4, true, new[] { 3 })]
    public void An_epoch_has_every_example_once(int count, int batchSize, bool dropLast, int[] sizes)
    {
        BatchSource source = new(TrainingSets.Numbered(count), Options with { BatchSize = batchSize, DropLast = dropLast });
        int[][] batches = Epoch(source, 0);
        Assert.Equal(sizes, batches.Select(batch => batch.Length));
        int[] rows = [.. batches.SelectMany(batch => batch)];
        Assert.Equal(rows.Length, rows.Distinct().Count());
        Assert.Equal(sizes.Sum(), rows.Length);
    }

    [Fact]
    public void The_order_is_new_every_epoch_and_the_same_for_a_seed()
    {
        BatchSource source = new(TrainingSets.Numbered(40), Options);
        int[][] first = Epoch(source, 0);
        int[][] second = Epoch(source, 1);
        Assert.NotEqual(first, second);
        Assert.Equal(first, Epoch(source, 0));
        Assert.Equal(second, Epoch(new(TrainingSets.Numbered(40), Options), 1));
        Assert.NotEqual(first, Epoch(new(TrainingSets.Numbered(40), Options with { Seed = 9 }), 0));
        Assert.Equal(Enumerable.Range(0, 40), Epoch(new(TrainingSets.Numbered(40), Options with { Shuffle = false }), 3).SelectMany(rows => rows));
    }

    [Fact]
    public void The_order_has_no_favourites()
    {
        // How often each of 8 examples comes first in 8000 epochs: binomial, deviation 30.
        BatchSource source = new(TrainingSets.Numbered(8), Options with { BatchSize = 8 });
        BatchBuffer buffer = source.CreateBuffer();
        int[] first = new int[8];
        for (int epoch = 0; epoch < 8000; epoch++)
        {
            source.Fill(buffer, epoch, 0);
            first[(int)buffer.Features[0]]++;
        }
        Assert.All(first, count => Assert.InRange(count, 1000 - 150, 1000 + 150));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Prefetching_threads_change_nothing(int threads)
    {
        TrainingOptions options = Options with
        {
            Augmentations = [new RandomCrop(2), new RandomHorizontalFlip(), new RandomBrightness()],
            Mixing = [new Mixup(), new CutMix()], PreparationThreads = threads,
        };
        BatchSource source = new(TrainingSets.Images(22), options);
        BatchBuffer expected = source.CreateBuffer();
        BatchSource threaded = new(TrainingSets.Images(22), options);
        Assert.True(threaded.IsCostly);
        Assert.Equal(threads, threaded.Threads);
        using BatchPrefetcher prefetcher = new(threaded, 2, 5);
        for (int epoch = 2; epoch < 5; epoch++)
        {
            for (int step = 0; step < source.Steps; step++)
            {
                source.Fill(expected, epoch, step);
                BatchBuffer actual = prefetcher.Next(default);
                Assert.Equal(expected.Features.ToArray(), actual.Features.ToArray());
                Assert.Equal(expected.Batch.Weights.ToArray(), actual.Batch.Weights.ToArray());
                Assert.Equal(expected.Batch.OtherTargets.ToArray(), actual.Batch.OtherTargets.ToArray());
                Assert.Equal(expected.Batch.OtherWeights.ToArray(), actual.Batch.OtherWeights.ToArray());
            }
        }
    }

    [Fact]
    public void Augmentation_does_not_depend_on_the_batch_an_example_is_in()
    {
        TrainingOptions options = Options with { Augmentations = [new RandomCrop(2), new RandomHorizontalFlip()], Shuffle = false };
        float[] small = Features(options with { BatchSize = 3 });
        Assert.Equal(small, Features(options with { BatchSize = 12 }));
        Assert.NotEqual(small, Features(options with { Augmentations = [] }));

        static float[] Features(TrainingOptions options)
        {
            BatchSource source = new(TrainingSets.Images(12), options);
            BatchBuffer buffer = source.CreateBuffer();
            List<float> features = [];
            for (int step = 0; step < source.Steps; step++)
            {
                source.Fill(buffer, 1, step);
                features.AddRange(buffer.Features);
            }
            return [.. features];
        }
    }

    [Fact]
    public void Small_batches_have_threads_where_these_are_asked_for()
    {
        Assert.False(new BatchSource(TrainingSets.Numbered(40), Options).IsCostly);
        BatchSource asked = new(TrainingSets.Numbered(40), Options with { PreparationThreads = 2 });
        Assert.True(asked.IsCostly);
        Assert.Equal(2, asked.Threads);
    }

    [Fact]
    public void A_failure_to_read_comes_out_on_the_calling_thread()
    {
        using BatchPrefetcher prefetcher = new(new(new FailingData(), Options with { Shuffle = false, PreparationThreads = 3 }), 0, 1);
        Assert.Equal(4, prefetcher.Next(default).Count);
        Assert.Equal("disk", Assert.Throws<IOException>(() => prefetcher.Next(default)).Message);
    }

    [Fact]
    public void Preparing_a_batch_allocates_nothing()
    {
        BatchSource source = new(
            TrainingSets.Images(300).Subset([.. Enumerable.Range(0, 200)]),
            Options with { Augmentations = [new RandomCrop(2), new RandomHorizontalFlip(1), new RandomBrightness()] });
        BatchBuffer buffer = source.CreateBuffer();
        source.Fill(buffer, 0, 0);
        source.Fill(buffer, 0, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < source.Steps; step++)
            source.Fill(buffer, 1, step);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static int[][] Epoch(BatchSource source, int epoch)
    {
        BatchBuffer buffer = source.CreateBuffer();
        return [.. Enumerable.Range(0, source.Steps).Select(step =>
        {
            source.Fill(buffer, epoch, step);
            return buffer.Features.ToArray().Chunk(2).Select(row => (int)row[0]).ToArray();
        })];
    }

    /// <summary>Data whose second batch can't be read.</summary>
    private sealed class FailingData() : TrainingData(new(20_000), new float[8], null, 1)
    {
        public override void CopyFeatures(ReadOnlySpan<int> rows, Span<float> features)
        {
            if (rows[0] >= 4)
                throw new IOException("disk");
        }
    }
}
