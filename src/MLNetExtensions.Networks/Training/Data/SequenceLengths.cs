namespace MLNetExtensions.Networks.Training;

/// <summary>How long the sequences of examples are: as far as the masks over the network's inputs say that there is
/// something.</summary>
internal static class SequenceLengths
{
    /// <summary>The examples that are read at once.</summary>
    private const int Chunk = 256;

    /// <summary>The length of each example; the longest of several sequences counts.</summary>
    /// <exception cref="ArgumentException">No mask says where the sequences of an input end.</exception>
    /// <exception cref="OperationCanceledException">Reading was cancelled.</exception>
    public static int[] Of(NetworkDefinition definition, TrainingData data, CancellationToken cancellation)
    {
        Mask[] masks = [.. definition.Nodes.Select(node => MaskOf(definition, node)).OfType<Mask>().Distinct()];
        if (masks.Length == 0)
            throw new ArgumentException(
                $"{nameof(TrainingOptions.GroupByLength)} groups sequences by their lengths, but the network has no " +
                $"{nameof(PaddingMask)} or {nameof(SequenceMask)} of an input, which would say where they end. Give it one, or " +
                $"leave {nameof(TrainingOptions.GroupByLength)} out.");
        int[] lengths = new int[data.Count], rows = new int[Math.Min(Chunk, data.Count)];
        int size = checked((int)data.FeatureShape.Size);
        float[] features = new float[rows.Length * size];
        for (int start = 0; start < data.Count; start += rows.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(rows.Length, data.Count - start);
            for (int i = 0; i < count; i++)
                rows[i] = start + i;
            data.CopyFeatures(rows.AsSpan(0, count), features);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> example = features.AsSpan(i * size, size);
                foreach (Mask mask in masks)
                    lengths[start + i] = Math.Max(lengths[start + i], mask.LengthOf(example));
            }
        }
        return lengths;
    }

    private static Mask? MaskOf(NetworkDefinition definition, NetworkNode node) =>
        node.Layer is PaddingMask or SequenceMask && definition.Inputs.Any(input => input.Name == node.Inputs[0])
            ? new(definition.InputLayout[node.Inputs[0]], (node.Layer as PaddingMask)?.PaddingIndex)
            : null;

    /// <summary>A mask over an input.</summary>
    /// <param name="Input">Where the input lies in an example.</param>
    /// <param name="Padding">The id of padding; null where the input is the length itself.</param>
    private sealed record Mask(Range Input, int? Padding)
    {
        public int LengthOf(ReadOnlySpan<float> example) => Padding is { } id
            ? example[Input].LastIndexOfAnyExcept((float)id) + 1
            : (int)Math.Clamp(example[Input][0], 0, int.MaxValue / 2);
    }
}
