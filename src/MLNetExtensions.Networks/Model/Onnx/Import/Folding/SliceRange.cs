namespace MLNetExtensions.Networks.Onnx;

/// <summary>What a Slice node takes of one dimension.</summary>
internal readonly record struct SliceRange(long Start, long Step, long Count)
{
    /// <summary>The range of each dimension; all of it where the node names none.</summary>
    public static SliceRange[] Of(NodeImport node, long[] dims)
    {
        long[] starts = node.IntsOrInput("starts", 1) ?? throw node.Malformed("has no starts.");
        long[] ends = node.IntsOrInput("ends", 2) ?? throw node.Malformed("has no ends.");
        long[] axes = node.IntsOrInput("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        long[] steps = node.OptionalConstant(4, "steps")?.ToIntegers() ?? [.. starts.Select(_ => 1L)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0))
            throw node.Malformed("has starts, ends, axes and steps that don't fit each other.");
        SliceRange[] ranges = [.. dims.Select(dim => new SliceRange(0, 1, dim))];
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = node.Axis(axes[i], dims.Length);
            long size = dims[axis], step = steps[i];
            // Backwards, the last place is size − 1 and the end before the first is −1.
            long start = Math.Clamp(FromFront(starts[i], size), step > 0 ? 0 : -1, step > 0 ? size : size - 1);
            long end = Math.Clamp(FromFront(ends[i], size), step > 0 ? 0 : -1, step > 0 ? size : size - 1);
            long count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
            ranges[axis] = new(start, step, Math.Max(count, 0));
        }
        return ranges;

        // To the end is as well what exporters of 32 bits write for it, though the number that stands for the batch is beyond.
        static long FromFront(long index, long size) =>
            index < 0 ? index + size : index == int.MaxValue ? Math.Max(index, size) : index;
    }
}
