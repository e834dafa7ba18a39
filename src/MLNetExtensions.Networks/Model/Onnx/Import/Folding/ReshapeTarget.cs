namespace MLNetExtensions.Networks.Onnx;

/// <summary>The dimensions that a Reshape node asks for.</summary>
internal static class ReshapeTarget
{
    /// <summary>The target with its zeros (the dimension as it was) and its −1 (what is left) filled in.</summary>
    /// <exception cref="FormatException">The values don't fill the target.</exception>
    public static long[] Resolve(NodeImport node, long[] dims, long[] target)
    {
        long size = Size(dims);
        long[] result = [.. target.Select((dim, i) => dim != 0 ? dim : i < dims.Length ? dims[i] : throw Misfit())];
        int open = Array.IndexOf(result, -1);
        if (open >= 0)
        {
            long rest = Size([.. result.Where((_, i) => i != open)]);
            result[open] = rest > 0 && size % rest == 0 ? size / rest : throw Misfit();
        }
        return result.All(dim => dim >= 0) && Size(result) == size ? result : throw Misfit();

        FormatException Misfit() => node.Malformed($"can't see {dims.Text()} as {target.Text()}.");
    }

    private static long Size(long[] dims) => dims.Aggregate(1L, (size, dim) => checked(size * dim));
}
