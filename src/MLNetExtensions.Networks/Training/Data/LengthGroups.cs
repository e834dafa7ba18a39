namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Brings examples of like length into one batch ('bucketing'; Khomenko et al., "Accelerating recurrent neural network training
/// via sequence bucketing", 2016): the order of an epoch is cut into windows of some batches, each is sorted by length, and whole
/// batches are shuffled. What is in a batch still changes from epoch to epoch, and short ones do not come first.
/// </summary>
/// <param name="lengths">The length of each example.</param>
/// <param name="batchSize">The examples of a batch.</param>
internal sealed class LengthGroups(int[] lengths, int batchSize)
{
    /// <summary>The batches of a window, and how many windows there are at least: the larger a window, the less lengths differ in
    /// a batch; the smaller, the more chance has. Both are those of Hugging Face's <c>group_by_length</c>.</summary>
    private const int WindowBatches = 50, FewestWindows = 4;

    private readonly int _window = Math.Clamp(lengths.Length / batchSize / FewestWindows, 1, WindowBatches) * batchSize;
    private readonly long[] _keys = new long[lengths.Length];

    /// <summary>Groups an order of all examples. Those behind the last full batch stay where they are, so that it is chance and
    /// not their length that leaves examples out.</summary>
    /// <param name="order">The numbers of the examples.</param>
    /// <param name="shuffles">Whether batches come in a random order.</param>
    /// <param name="random">Decides it.</param>
    public void Group(Span<int> order, bool shuffles, ref SplitMix64 random)
    {
        int batches = order.Length / batchSize, end = batches * batchSize;
        for (int i = 0; i < end; i++)
            _keys[i] = (long)lengths[order[i]] << 32 | (uint)i;
        for (int start = 0; start < end; start += _window)
        {
            int count = Math.Min(_window, end - start);
            _keys.AsSpan(start, count).Sort(order.Slice(start, count));
        }
        for (int batch = batches - 1; batch > 0 && shuffles; batch--)
            Swap(order.Slice(batch * batchSize, batchSize), order.Slice(random.Next(batch + 1) * batchSize, batchSize));
    }

    private static void Swap(Span<int> first, Span<int> second)
    {
        for (int i = 0; i < first.Length; i++)
            (first[i], second[i]) = (second[i], first[i]);
    }
}
