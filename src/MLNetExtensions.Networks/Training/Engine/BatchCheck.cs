namespace MLNetExtensions.Networks.Training;

/// <summary>Checks the memory of a batch that a caller hands to a session: an engine reads and writes it by pointers.</summary>
/// <param name="network">What the rows are for.</param>
/// <param name="batchSize">The largest batch.</param>
internal sealed class BatchCheck(NetworkDefinition network, int batchSize)
{
    /// <summary>The places of ids in a row, and how many ids there are.</summary>
    private readonly (string Input, Range Places, int Count)[] _ids =
    [
        .. network.Inputs.Where(input => input.VocabularySize is not null)
            .Select(input => (input.Name, network.InputLayout[input.Name], input.VocabularySize!.Value)),
    ];

    /// <summary>Throws unless the session takes so many examples.</summary>
    public void Count(int count)
    {
        if (count < 1 || count > batchSize)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"A batch of {count} examples does not fit a session made for 1 to {batchSize}.");
    }

    /// <summary>Throws unless there is a row of inputs for each example, and every id one of the vocabulary.</summary>
    public void Features(ReadOnlySpan<float> features, int count)
    {
        int size = network.InputLayout.Size;
        Length(features.Length, count, size, nameof(features));
        foreach ((string input, Range places, int ids) in _ids)
        {
            for (int row = 0; row < count; row++)
            {
                foreach (float id in features.Slice(row * size, size)[places])
                {
                    if (!(id >= 0 && id < ids && id == MathF.Floor(id)))
                        throw new ArgumentException(
                            $"Row {row} of input '{input}' has {id}, which is no id from 0 to {ids - 1}.", nameof(features));
                }
            }
        }
    }

    /// <summary>Throws unless the rows are as wide as the network's inputs, and every value has its own place there.</summary>
    public void Features(SparseRows features)
    {
        if (features.Width != network.InputLayout.Size)
            throw new ArgumentException(
                $"The rows have {features.Width} values, but the network takes {network.InputLayout.Size}.", nameof(features));
        ReadOnlySpan<int> starts = features.Starts, indices = features.Indices;
        for (int row = 0; row < features.Count; row++)
        {
            if (starts[row] < 0 || starts[row] > starts[row + 1] || starts[row + 1] > indices.Length)
                throw new ArgumentException(
                    $"Row {row} goes from {starts[row]} to {starts[row + 1]} of {indices.Length} values.", nameof(features));
            int last = -1;
            foreach (int index in indices[starts[row]..starts[row + 1]])
            {
                if (index <= last || index >= features.Width)
                    throw new ArgumentException(
                        $"The indices of row {row} ascend from 0 to {features.Width - 1}; {index} does not.", nameof(features));
                last = index;
            }
        }
    }

    /// <summary>What a session that takes dense rows says of others.</summary>
    public static NotSupportedException TakesDenseRows() => new(
        $"The session takes dense rows only, as its {nameof(ITrainingSession.TakesSparseRows)} says: the engine, or the " +
        "network's first layer, has no use for sparse ones.");

    /// <summary>Throws unless there is a row of outputs for each example.</summary>
    public void Outputs(int length, int count) => Length(length, count, network.OutputLayout.Size, "outputs");

    /// <summary>Throws unless there are <paramref name="size"/> values for each example.</summary>
    public static void Length(int length, int count, int size, string name)
    {
        if (length != (long)count * size)
            throw new ArgumentException($"{count} examples need {(long)count * size} {name}, {size} each, not {length}.", name);
    }
}
