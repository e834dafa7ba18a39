using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Training;

/// <summary>Examples that are kept sparse train as the same ones with their zeros.</summary>
public class SparseDataTests
{
    [Fact]
    public void A_table_gives_back_sparse_and_dense_rows_in_their_order()
    {
        FeatureTable<float> table = new(100);
        float[] full = [.. Enumerable.Range(0, 100).Select(i => i + 1f)];
        int[] half = [.. Enumerable.Range(0, 60)];
        table.Add(full);
        table.Add([3, 99], [1.5f, -2]);
        table.Add([], []);
        table.Add(full);
        table.Add(half, full.AsSpan(0, 60)); // smaller dense
        Assert.Equal([false, true, true, false, false], Enumerable.Range(0, 5).Select(row => table.IsSparse(row, out _, out _)));
        float[] expected = new float[100];
        (expected[3], expected[99]) = (1.5f, -2);
        float[] halfFull = [.. full.Take(60), .. new float[40]];
        Assert.Equal([full, expected, new float[100], full, halfFull], Enumerable.Range(0, 5).Select(Row));
        Assert.Throws<ArgumentOutOfRangeException>(() => Row(5));
        Assert.Throws<ArgumentException>(() => table.Add([1, 2], [1]));
        Assert.Contains("100 does not", Assert.Throws<ArgumentException>(() => table.Add([1, 100], [1, 2])).Message);
        Assert.Contains("1 does not", Assert.Throws<ArgumentException>(() => table.Add([1, 1], [1, 2])).Message);

        float[] Row(int row)
        {
            float[] values = new float[100];
            values.AsSpan().Fill(7);
            table.CopyTo(row, values);
            return values;
        }
    }

    [Fact]
    public void A_table_keeps_many_sparse_rows_and_one_larger_than_a_block()
    {
        FeatureTable<byte> table = new(1_000_000);
        int[] places = [.. Enumerable.Range(0, 150_000).Select(i => 6 * i)];
        byte[] values = [.. places.Select(place => (byte)(place % 251))];
        for (int row = 0; row < 3000; row++)
            table.Add(places.AsSpan(row, 30), values.AsSpan(row, 30));
        table.Add(places, values);
        table.Add(places.AsSpan(0, 1), values.AsSpan(0, 1));
        Assert.Equal(3002, table.Count);
        Assert.True(table.IsSparse(2999, out ReadOnlySpan<int> last, out ReadOnlySpan<byte> lastValues));
        Assert.Equal(places[2999..3029], last.ToArray());
        Assert.Equal(values[2999..3029], lastValues.ToArray());
        Assert.True(table.IsSparse(3000, out ReadOnlySpan<int> large, out _));
        Assert.Equal(places, large.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_is_the_same_to_the_bit(bool batchesAreDense)
    {
        // 20 of 400 values are multiplied as dense ones, 2 of them as sparse ones.
        SparseExamples examples = new(150, 400, batchesAreDense ? 20 : 2);
        NetworkDefinition network = NetworkDefinition.Build(new(400), b => b.Linear(8).ReLU().Dropout(0.2).Linear(1));
        TrainingOptions options = new()
        {
            Loss = new MeanSquaredErrorLoss(),
            Epochs = 3, BatchSize = 32, LearningRate = 0.01, Seed = 3,
        };
        float[] weights = [.. Enumerable.Range(0, 150).Select(i => i % 3f)];
        TrainingResult dense = Fit(new InMemoryTrainingData<float>(new(400), examples.Dense, examples.Targets, weights));
        TrainingResult sparse = Fit(new InMemoryTrainingData<float>(new(400), examples.Table(), examples.Targets, weights));
        Assert.Equal(dense.History.Select(Losses), sparse.History.Select(Losses));
        Assert.All(dense.Model.Weights, pair => Assert.Equal(pair.Value.Values, sparse.Model.Weights[pair.Key].Values));
        Assert.True(dense.History[^1].Loss < dense.History[0].Loss);

        TrainingResult Fit(TrainingData data)
        {
            (TrainingData training, TrainingData validation) = data.WithTargets([.. examples.Targets]).Split(0.2, seed: 1);
            return NetworkTrainer.Fit(network, new ManagedEngine(), training, validation, options);
        }

        static (double, double?) Losses(EpochRecord record) => (record.Loss, record.ValidationLoss);
    }

    [Fact]
    public void Batches_are_as_sparse_as_engine_and_augmentations_allow()
    {
        SparseExamples examples = new(10, 1000, 5);
        InMemoryTrainingData<float> data = new(new(1, 1, 1000), examples.Table(), examples.Targets);
        TrainingOptions options = new() { Loss = new MeanSquaredErrorLoss(), BatchSize = 4, Shuffle = false };
        Check(options, takesSparseRows: true, isSparse: true);
        Check(options, takesSparseRows: false, isSparse: false);
        Check(options with { Augmentations = [new RandomBrightness(0)] }, takesSparseRows: true, isSparse: false);

        void Check(TrainingOptions options, bool takesSparseRows, bool isSparse)
        {
            BatchSource source = new(data, options);
            BatchBuffer buffer = source.CreateBuffer(takesSparseRows);
            source.Fill(buffer, 0, 1);
            TrainingBatch batch = buffer.Batch;
            Assert.Equal(isSparse, batch.IsSparse);
            Assert.Equal(4, batch.Count);
            for (int i = 0; i < 4 && options.Augmentations.IsEmpty; i++)
            {
                float[] example = new float[1000];
                batch.CopyExample(i, example);
                Assert.Equal(examples.Dense[((4 + i) * 1000)..((5 + i) * 1000)], example);
            }
        }
    }

    [Fact]
    public void A_dense_batch_that_is_too_large_is_said_to_be()
    {
        const int Width = 1 << 30;
        FeatureTable<float> table = new(Width);
        table.Add([5, Width - 1], [1, 2]);
        InMemoryTrainingData<float> data = new(new(Width), table, [1]);
        BatchBuffer buffer = new(data, 4096, takesSparseRows: false);
        InsufficientMemoryException error = Assert.Throws<InsufficientMemoryException>(() => buffer.Fill([0]));
        Assert.Contains("A batch of 4096 examples of 1,073,741,824 features", error.Message);
        Assert.Contains("49152.0 GiB", error.Message);
        Assert.Contains("BatchSize", error.Message);
    }
}
