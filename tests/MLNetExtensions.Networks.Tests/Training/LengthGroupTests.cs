using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>Batches of sequences of like length.</summary>
public sealed class LengthGroupTests
{
    private const int Longest = 20, Vocabulary = 9;

    private static readonly NetworkDefinition Network = NetworkDefinition.Build(b =>
    {
        string ids = b.InputIds("ids", new(Longest), Vocabulary), mask = b.PaddingMask(name: "mask").Current;
        b.From(ids).Embedding(Vocabulary, 4, paddingIndex: 0, name: "embedding").GRU(3, output: RecurrentOutput.Last, mask: mask).Linear(1);
    });

    private static readonly TrainingOptions Options =
        new() { Loss = new L1Loss(), BatchSize = 8, Seed = 5, Epochs = 2, GroupByLength = true };

    [Theory]
    [InlineData(2000, 8, false)]
    [InlineData(1997, 8, true)]
    [InlineData(2001, 8, false)]
    [InlineData(35, 8, false)]
    [InlineData(5, 8, false)]
    [InlineData(9, 1, false)]
    public void An_epoch_has_every_example_once(int count, int batchSize, bool dropLast)
    {
        BatchSource source = Source(count, Options with { BatchSize = batchSize, DropLast = dropLast });
        int[] rows = [.. Epoch(source, 0).SelectMany(batch => batch)];
        Assert.Equal(rows.Length, rows.Distinct().Count());
        Assert.Equal(dropLast ? count / batchSize * batchSize : count, rows.Length);
    }

    [Fact]
    public void A_batch_has_like_lengths_and_batches_come_in_any_order()
    {
        int[] lengths = Lengths(2000);
        int[][] batches = Epoch(Source(2000, Options), 0);
        double[] spreads = [.. batches.Select(batch => (double)batch.Max(row => lengths[row]) - batch.Min(row => lengths[row]))];
        double mixed = Epoch(new(Data(2000), Options), 0)
            .Average(batch => (double)batch.Max(row => lengths[row]) - batch.Min(row => lengths[row]));
        Assert.InRange(spreads.Average(), 0, 1);
        Assert.InRange(mixed, 12, Longest);

        // Half of 249 neighbours have the longer one first, give or take 8.
        double[] means = [.. batches.Select(batch => batch.Average(row => lengths[row]))];
        int falls = means.Zip(means.Skip(1)).Count(pair => pair.First > pair.Second);
        Assert.InRange(falls, 95, 155);
    }

    [Fact]
    public void The_order_is_new_every_epoch_and_the_same_for_a_seed()
    {
        BatchSource source = Source(500, Options);
        int[][] first = Epoch(source, 0), second = Epoch(source, 1);
        Assert.Equal(first, Epoch(source, 0));
        Assert.Equal(second, Epoch(Source(500, Options), 1));
        Assert.NotEqual(first, Epoch(Source(500, Options with { Seed = 6 }), 0));
        // Not only the batches: what is in them is new too.
        HashSet<string> sets = [.. first.Select(Contents)];
        Assert.InRange(second.Count(batch => sets.Contains(Contents(batch))), 0, 3);

        static string Contents(int[] batch) => string.Join(",", batch.Order());
    }

    [Fact]
    public void Without_shuffling_each_window_is_sorted_where_it_stands()
    {
        BatchSource source = Source(64, Options with { Shuffle = false });
        int[] rows = [.. Epoch(source, 0).SelectMany(batch => batch)], lengths = Lengths(64);
        // 8 batches: windows of 2.
        Assert.Equal(
            Enumerable.Range(0, 64).Chunk(16).SelectMany(window => window.OrderBy(row => lengths[row])), rows);
        Assert.Equal(rows, Epoch(source, 1).SelectMany(batch => batch));
    }

    /// <summary>Whoever is left out is so by chance: of 2 of 10 examples, each in a fifth of 2,000 epochs, deviation 18.</summary>
    [Fact]
    public void Length_does_not_decide_who_is_dropped()
    {
        BatchSource source = Source(10, Options with { DropLast = true });
        int[] seen = new int[10];
        for (int epoch = 0; epoch < 2000; epoch++)
        {
            foreach (int row in Epoch(source, epoch).SelectMany(batch => batch))
                seen[row]++;
        }
        Assert.All(seen, count => Assert.InRange(count, 1600 - 80, 1600 + 80));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Prefetching_threads_change_nothing(int threads)
    {
        BatchSource source = Source(300, Options);
        using BatchPrefetcher prefetcher = new(Source(300, Options with { PreparationThreads = threads }), 1, 3);
        for (int epoch = 1; epoch < 3; epoch++)
            Assert.All(Epoch(source, epoch), batch => Assert.Equal(batch, Rows(prefetcher.Next(default))));
    }

    [Fact]
    public void Ordering_allocates_nothing()
    {
        BatchSource source = Source(300, Options);
        BatchBuffer buffer = source.CreateBuffer();
        source.Fill(buffer, 0, 0);
        source.Fill(buffer, 1, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        source.Fill(buffer, 2, 0);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Lengths_are_what_the_masks_say()
    {
        NetworkDefinition network = NetworkDefinition.Build(b =>
        {
            string first = b.InputIds("first", new(3), 10), second = b.InputIds("second", new(4), 10), steps = b.Input("steps", new(1));
            string[] masks =
            [
                b.From(first).PaddingMask(name: "a").Current, b.From(second).PaddingMask(paddingIndex: 7, name: "b").Current,
                b.From(steps).SequenceMask(6, "c").Current,
            ];
            b.Add(new Concat(), "all", masks).Linear(1);
        });
        float[] rows =
        [
            1, 0, 2, 7, 7, 7, 7, 0,         // a word behind an unknown one
            1, 0, 0, 3, 7, 0, 7, 2,         // 0 is a word of the second
            0, 0, 0, 7, 7, 7, 7, 0,
            1, 1, 1, 1, 1, 1, 1, 6,
        ];
        Assert.Equal([3, 3, 0, 6], SequenceLengths.Of(network, new InMemoryTrainingData<float>(new(8), rows, new float[4]), default));
    }

    [Fact]
    public void A_network_that_does_not_say_where_sequences_end_is_refused() => Assert.Contains(
        "GroupByLength groups sequences by their lengths, but the network has no PaddingMask or SequenceMask of an input",
        Assert.Throws<ArgumentException>(() => NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), new FakeEngine(), TrainingSets.Numbered(9), null, Options)).Message);

    [Fact]
    public void A_run_interrupted_goes_on_in_the_same_order()
    {
        using TempFolder folder = new();
        TrainingOptions options = Options with { Epochs = 3, DropLast = true, PreparationThreads = 2 };
        FakeEngine whole = new(), stopped = new(), resumed = new();
        Fit(whole, options);
        Fit(stopped, options with { Epochs = 1, Checkpoints = new(folder.Path) });
        Fit(resumed, options with { Checkpoints = new(folder.Path) });
        Assert.Equal(3 * 25, whole.FirstFeatures.Count);
        Assert.Equal(whole.FirstFeatures, stopped.FirstFeatures.Concat(resumed.FirstFeatures));
        Assert.Contains("1 an update, grouped by length there and of 8", Assert.Throws<InvalidOperationException>(() =>
            Fit(new(), options with { GroupByLength = false, Checkpoints = new(folder.Path) })).Message);

        static void Fit(FakeEngine engine, TrainingOptions options) => NetworkTrainer.Fit(Network, engine, Data(205), null, options);
    }

    /// <summary>The option reaches the run: who is in a batch is another one, and what an example counts comes with it.</summary>
    [Fact]
    public void Weights_come_with_their_examples()
    {
        float[] targets = [.. Lengths(64).Select(length => length / 10f)];
        TrainingData data = Data(64, targets, [.. Lengths(64).Select(length => length > 10 ? 0f : 1f)]);
        TrainingResult grouped = NetworkTrainer.Fit(Network, new ManagedEngine(1), data, null, Options);
        TrainingResult ungrouped = NetworkTrainer.Fit(Network, new ManagedEngine(1), data, null, Options with { GroupByLength = false });
        Assert.NotEqual(grouped.Model.Weights["embedding.weight"].Values, ungrouped.Model.Weights["embedding.weight"].Values);
        // Long ones weigh nothing, so what their targets are changes nothing.
        float[] others = [.. Lengths(64).Select(length => length > 10 ? 99 : length / 10f)];
        TrainingData changed = Data(64, others, [.. Lengths(64).Select(length => length > 10 ? 0f : 1f)]);
        Assert.Equal(
            grouped.Model.Weights["embedding.weight"].Values,
            NetworkTrainer.Fit(Network, new ManagedEngine(1), changed, null, Options).Model.Weights["embedding.weight"].Values);
    }

    private static BatchSource Source(int count, TrainingOptions options) =>
        new(Data(count), options, lengths: SequenceLengths.Of(Network, Data(count), default));

    private static int[] Lengths(int count) => [.. Enumerable.Range(0, count).Select(row => row * 7919 % (Longest + 1))];

    /// <summary>Sequences whose ids spell the number of their row, padded behind.</summary>
    private static TrainingData Data(int count, float[]? targets = null, float[]? weights = null)
    {
        int[] lengths = Lengths(count);
        float[] features = new float[count * Longest];
        for (int row = 0; row < count; row++)
        {
            for (int place = 0; place < lengths[row]; place++)
                features[row * Longest + place] = 1 + (row >> (3 * place % 12) & 7);
        }
        return new InMemoryTrainingData<float>(
            new(Longest), features, targets ?? [.. Enumerable.Range(0, count).Select(row => (float)row)], weights);
    }

    private static int[][] Epoch(BatchSource source, int epoch)
    {
        BatchBuffer buffer = source.CreateBuffer();
        return [.. Enumerable.Range(0, source.Steps).Select(step =>
        {
            source.Fill(buffer, epoch, step);
            return Rows(buffer);
        })];
    }

    /// <summary>Targets are the numbers of rows.</summary>
    private static int[] Rows(BatchBuffer buffer) => [.. buffer.Targets.ToArray().Select(target => (int)target)];
}
