namespace MLNetExtensions.Networks.Onnx;

/// <summary>Parts of values.</summary>
internal static class SelectionImport
{
    public static OnnxValue Slice(NodeImport node)
    {
        NetworkValue value = node.Any(0);
        SliceRange[] ranges = SliceRange.Of(node, value.Dims);
        for (int axis = 0; axis < ranges.Length; axis++)
            value = Part(node, value, axis, ranges[axis]);
        return value;
    }

    /// <summary>One index of an axis, which goes, or several that are equally far apart.</summary>
    public static OnnxValue Gather(NodeImport node)
    {
        if (node.Input(0) is OnnxConstant table)
            return EmbeddingImport.LookUp(node, table);
        NetworkValue value = node.Any(0);
        OnnxConstant constant = node.Constant(1, "indices");
        int axis = node.Axis(node.Int("axis", 0), value.Rank);
        long size = value.Dims[axis];
        long[] indices = [.. constant.ToIntegers().Select(index => index < 0 ? index + size : index)];
        if (indices.Length == 0 || indices.Any(index => index < 0 || index >= size))
            throw node.Malformed($"takes an index outside of {size} values.");
        if (axis == value.BatchAxis && size != indices.Length)
            throw node.NotSupported("takes part of the batch.");
        NetworkValue[] parts = [.. Runs(indices).Select(run => Part(node, value, axis, run))];
        NetworkValue taken = MergingImport.Join(node, parts, axis);
        // The dimensions of the indices, none for a single number, come in the place of the axis.
        return constant.Rank == 1
            ? taken
            : ShapeImport.View(node, taken, [.. taken.Dims[..axis], .. constant.Dims, .. taken.Dims[(axis + 1)..]]);
    }

    /// <summary>Indices as the fewest ranges that go forwards.</summary>
    private static IEnumerable<SliceRange> Runs(long[] indices)
    {
        for (int first = 0, count; first < indices.Length; first += count)
        {
            long step = first + 1 < indices.Length ? Math.Max(indices[first + 1] - indices[first], 1) : 1;
            count = 1;
            while (first + count < indices.Length && indices[first + count] == indices[first] + count * step)
                count++;
            yield return new(indices[first], step, count);
        }
    }

    public static IReadOnlyList<OnnxValue> Split(NodeImport node)
    {
        NetworkValue value = node.Any(0);
        int axis = node.Axis(node.Int("axis", 0), value.Rank), outputs = node.Proto.Output.Count;
        if (axis == value.BatchAxis)
            throw node.NotSupported("takes part of the batch.");
        long size = value.Dims[axis], equal = (size + outputs - 1) / outputs;
        long[] sizes = node.IntsOrInput("split", 1)
            ?? [.. Enumerable.Range(0, outputs).Select(i => Math.Min(equal, size - i * equal))];
        if (sizes.Length < outputs || sizes.Any(part => part < 1) || sizes.Sum() != size)
            throw node.Malformed($"splits {size} into {sizes.Text()}.");
        List<OnnxValue> parts = [];
        long start = 0;
        foreach (long count in sizes)
        {
            parts.Add(Part(node, value, axis, new(start, 1, count)));
            start += count;
        }
        return parts;
    }

    /// <summary>A value again and again along the axes where it has one, as often as the dimensions say.</summary>
    public static OnnxValue Expand(NodeImport node)
    {
        NetworkValue value = node.Value(0);
        long[] target = node.Constant(1, "shape").ToIntegers();
        // The batch size that the model was made for.
        long batch = node.Network.DeclaredBatch ?? 1;
        target = [.. target.Select((size, i) => i == target.Length - value.Rank + value.BatchAxis && size == batch ? 1 : size)];
        long[] dims = Strides.Common(value.Dims, target)
            ?? throw node.NotSupported($"repeats {value.Dims.Text()} to {target.Text()}.");
        value = ShapeImport.View(node, value, [.. Enumerable.Repeat(1L, dims.Length - value.Rank), .. value.Dims]);
        return Repeated(node, value, [.. dims.Zip(value.Dims, (size, own) => own == size ? 1 : size)]);
    }

    public static OnnxValue Tile(NodeImport node) => Repeated(node, node.Value(0), node.Constant(1, "repeats").ToIntegers());

    private static NetworkValue Repeated(NodeImport node, NetworkValue value, long[] times)
    {
        if (times.Length != value.Rank || times.Any(count => count < 1))
            throw node.Malformed($"repeats {value.Dims.Text()} by {times.Text()}.");
        foreach ((int axis, long count) in times.Index().Where(pair => pair.Item > 1))
        {
            if (axis == value.BatchAxis)
                throw node.NotSupported("repeats the batch.");
            bool isInteger = value.IsInteger;
            value = MergingImport.Join(node, [.. Enumerable.Repeat(value, checked((int)count))], axis)
                with { IsInteger = isInteger };
        }
        return value;
    }

    /// <summary>A range of one dimension.</summary>
    public static NetworkValue Part(NodeImport node, NetworkValue value, int axis, SliceRange range)
    {
        if (range == new SliceRange(0, 1, value.Dims[axis]))
            return value;
        if (axis == value.BatchAxis)
            throw node.NotSupported("takes part of the batch.");
        if (range.Count < 1)
            throw node.NotSupported("takes nothing of a dimension.");
        if (range.Step < 1)
        {
            SliceRange[] singles = [.. Enumerable.Range(0, checked((int)range.Count)).Select(
                i => new SliceRange(range.Start + i * range.Step, 1, 1))];
            return MergingImport.Join(node, [.. singles.Select(single => Part(node, value, axis, single))], axis);
        }
        if (JoinedPart(node, value, axis, range) is { } whole)
            return whole;
        int dimension = value.ExampleAxis(axis);
        NetworkValue part = node.Add(
            new Slice(
                dimension, checked((int)range.Start), checked((int)(range.Start + (range.Count - 1) * range.Step + 1)),
                checked((int)range.Step)),
            value);
        return part.As(value, [.. value.Dims[..axis], range.Count, .. value.Dims[(axis + 1)..]])
            with { IsInteger = value.IsInteger, RoundedBy = value.RoundedBy };
    }

    /// <summary>A part of what was joined that is one of its parts, or in one.</summary>
    private static NetworkValue? JoinedPart(NodeImport node, NetworkValue value, int axis, SliceRange range)
    {
        if (node.Network.Node(value.Node) is not { Layer: Concat } join || value.ExampleAxis(axis) != 0)
            return null;
        // Channels of the join for each place along the axis, as the value sees it.
        long unit = node.Network.ShapeOf(join.Name).Channels / value.Dims[axis], start = range.Start * unit;
        long count = ((range.Count - 1) * range.Step + 1) * unit;
        foreach (string part in join.Inputs)
        {
            TensorShape shape = node.Network.ShapeOf(part);
            if (unit > 0 && start >= 0 && start + count <= shape.Channels && start % unit == 0 && shape.Channels % unit == 0)
            {
                long[] dims = [.. value.Dims[..axis], shape.Channels / unit, .. value.Dims[(axis + 1)..]];
                NetworkValue whole = value with { Node = part, Dims = dims, IsExclusive = false };
                return Part(node, whole, axis, range with { Start = start / unit });
            }
            start -= shape.Channels;
        }
        return null;
    }
}
