namespace MLNetExtensions.Networks.Onnx;

/// <summary>The axes that nodes name, as attribute or input.</summary>
internal static class AxesOf
{
    /// <summary>The dimensions that a Squeeze node leaves.</summary>
    public static long[] Squeezed(NodeImport node, long[] dims)
    {
        if (node.IntsOrInput("axes", 1) is not { } axes)
            return [.. dims.Where(dim => dim != 1)];
        HashSet<int> removed = [.. axes.Select(axis => node.Axis(axis, dims.Length))];
        return removed.All(axis => dims[axis] == 1)
            ? [.. dims.Where((_, axis) => !removed.Contains(axis))]
            : throw node.Malformed($"removes dimensions of {dims.Text()} that are not 1.");
    }

    /// <summary>The dimensions after an Unsqueeze node.</summary>
    public static long[] Unsqueezed(NodeImport node, long[] dims)
    {
        long[] axes = node.IntsOrInput("axes", 1) ?? throw node.Malformed("has no axes.");
        int rank = dims.Length + axes.Length;
        HashSet<int> added = [.. axes.Select(axis => node.Axis(axis, rank))];
        if (added.Count < axes.Length)
            throw node.Malformed("names an axis twice.");
        int next = 0;
        return [.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : dims[next++])];
    }

    /// <summary>The order in which a Transpose node takes the dimensions; the reverse when it names none.</summary>
    public static int[] Permutation(NodeImport node, int rank)
    {
        if (node.Ints("perm") is not { } order)
            return [.. Enumerable.Range(0, rank).Reverse()];
        return order.Order().SequenceEqual(Enumerable.Range(0, rank).Select(axis => (long)axis))
            ? [.. order.Select(axis => (int)axis)]
            : throw node.Malformed($"has no order of {rank} dimensions.");
    }

    /// <summary>The axes of a reducing node, in order; all when it names none.</summary>
    public static int[] Reduced(NodeImport node, int rank) => node.IntsOrInput("axes", 1) is { Length: > 0 } axes
        ? [.. axes.Select(axis => node.Axis(axis, rank)).Distinct().Order()]
        : [.. Enumerable.Range(0, rank)];
}
