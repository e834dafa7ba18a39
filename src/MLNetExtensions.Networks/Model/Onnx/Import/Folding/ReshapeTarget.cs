namespace MLNetExtensions.Networks.Onnx;

/// <summary>The dimensions that a Reshape node asks for.</summary>
internal static class ReshapeTarget
{
    /// <summary>The target with its zeros (the dimension as it was) and its −1 (what is left) filled in.</summary>
    /// <exception cref="FormatException">The values don't fill the target.</exception>
    public static long[] Resolve(NodeImport node, long[] dims, long[] target) => TryResolve(dims, target)
        ?? throw node.Malformed($"can't see {dims.Text()} as {target.Text()}.");

    /// <summary>The same for a value with a batch. Exporters that were not told of other batch sizes write the one that they were
    /// called with; it is found where the values of an example stay together.</summary>
    /// <exception cref="FormatException">The values don't fill the target.</exception>
    public static long[] Resolve(NodeImport node, NetworkValue value, long[] target)
    {
        long batch = node.Network.DeclaredBatch ?? 1;
        return Candidates().Select(candidate => TryResolve(value.Dims, candidate))
            .OfType<long[]>().Where(dims => value.Seen(dims) is not null)
            .OrderBy(dims => Oddness(value.Seen(dims)!)).FirstOrDefault() ?? Resolve(node, value.Dims, target);

        IEnumerable<long[]> Candidates()
        {
            yield return target;
            if (target.Index().Any(pair => pair.Item.IsBatch() || (pair.Item == 0 && pair.Index == value.BatchAxis)))
                yield break;
            for (int axis = 0; axis < target.Length; axis++)
            {
                if (target[axis] > 0 && target[axis] % batch == 0)
                    yield return [.. target[..axis], target[axis] / batch * BatchDimension.Unit, .. target[(axis + 1)..]];
            }
        }
    }

    /// <summary>The less odd of two readings is meant: the batch alone, before what was merged into it, behind it, and never
    /// with the features, the last dimension.</summary>
    private static int Oddness(NetworkValue view) =>
        view.Dims[view.BatchAxis] == BatchDimension.Unit ? 0
        : view.BatchAxis == view.Rank - 1 && view.Rank > 1 ? 3
        : view.Outer == 1 ? 1 : 2;

    private static long[]? TryResolve(long[] dims, long[] target)
    {
        long size = Size(dims);
        if (target.Index().Any(pair => pair.Item < -1 || (pair.Item == 0 && pair.Index >= dims.Length)))
            return null;
        long[] result = [.. target.Select((dim, i) => dim != 0 ? dim : dims[i])];
        int open = Array.IndexOf(result, -1);
        if (open >= 0)
        {
            long rest = Size([.. result.Where((_, i) => i != open)]);
            if (rest <= 0 || size % rest != 0)
                return null;
            result[open] = size / rest;
        }
        return result.All(dim => dim >= 0) && Size(result) == size ? result : null;
    }

    private static long Size(long[] dims) => dims.Aggregate(1L, (size, dim) => checked(size * dim));
}
