namespace MLNetExtensions.Networks.Onnx;

/// <summary>Operators of several inputs.</summary>
internal static class MergingImport
{
    public static OnnxValue Concat(NodeImport node)
    {
        if (node.Inputs.Any(input => input is OnnxConstant))
            return WithConstants(node);
        NetworkValue[] inputs = [.. Enumerable.Range(0, node.InputCount).Select(node.Value)];
        return Join(node, inputs, node.Axis(node.Int("axis", 1), inputs[0].Rank));
    }

    /// <summary>Constants beside values that are behind each other, as the token before the patches of an image: padding by
    /// zeros, and what is added to them.</summary>
    private static NetworkValue WithConstants(NodeImport node)
    {
        OnnxValue[] inputs = [.. node.Inputs];
        int first = Array.FindIndex(inputs, input => input is NetworkValue);
        int last = Array.FindLastIndex(inputs, input => input is NetworkValue);
        if (inputs[first..(last + 1)].Any(input => input is not NetworkValue))
            throw node.NotSupported("joins constants between values.");
        NetworkValue[] values = [.. Enumerable.Range(first, last - first + 1).Select(node.Value)];
        int axis = node.Axis(node.Int("axis", 1), values[0].Rank);
        NetworkValue joined = Join(node, values, axis);
        long[] dims = [.. joined.Dims];
        if (inputs.Any(input => input is OnnxConstant constant && (constant.Rank != joined.Rank
            || constant.Dims.Index().Any(dim =>
                dim.Index != axis && dim.Item != (dim.Index == joined.BatchAxis ? 1 : dims[dim.Index])))))
            throw node.NotSupported($"joins constants with {dims.Text()} that are not the same for every example.");
        (long Before, long After)[] padding = new (long, long)[joined.Rank];
        padding[axis] = (inputs[..first].Sum(input => input.Dims[axis]), inputs[(last + 1)..].Sum(input => input.Dims[axis]));
        NetworkValue padded = PaddingImport.Fill(node, joined with { Padding = padding, Dims =
            [.. dims.Select((dim, i) => dim + padding[i].Before + padding[i].After)] });

        dims[joined.BatchAxis] = 1;
        OnnxConstant zeros = new(dims, new float[OnnxTensorReader.ElementCount(dims) ?? throw new OverflowException()]);
        OnnxConstant added = ShapeFolding.Joined(
            [.. inputs[..first].Cast<OnnxConstant>(), zeros, .. inputs[(last + 1)..].Cast<OnnxConstant>()], axis);
        return AffineImport.Apply(node, padded, Affine.Shift(node, padded, added, 1, 1));
    }

    /// <summary>Values behind each other along an axis.</summary>
    public static NetworkValue Join(NodeImport node, NetworkValue[] inputs, int axis)
    {
        if (inputs.Length == 1)
            return inputs[0];
        if (Whole(node, inputs, axis) is { } whole)
            return whole;
        if (axis == inputs[0].BatchAxis
            || !inputs.All(input => input.Outer == inputs[0].Outer && Others(input).SequenceEqual(Others(inputs[0]))))
            throw node.NotSupported(
                $"joins {string.Join(", ", inputs.Select(input => input.Dims.Text()))} along axis {axis}.");
        long[] dims = [.. inputs[0].Dims];
        dims[axis] = inputs.Sum(input => input.Dims[axis]);
        int dimension = inputs[0].ExampleAxis(axis), rank = inputs[0].Example.Length;
        if (dimension == 0)
            return node.Network.Add(node, new Concat(), null, Sources(inputs)).As(inputs[0], dims);
        // Channels are joined, so the dimension becomes that of the channels for a while.
        int[] rest = [.. Enumerable.Range(0, rank).Where(other => other != dimension)];
        Permute first = new([dimension, .. rest]);
        NetworkValue joined = node.Network.Add(
            node, new Concat(), null, Sources([.. inputs.Select(input => node.Add(first, input))]));
        Permute back = new([.. Enumerable.Range(1, dimension), 0, .. Enumerable.Range(dimension + 1, rank - dimension - 1)]);
        return node.Add(back, joined).As(inputs[0], dims);

        IEnumerable<long> Others(NetworkValue value) => value.Dims.Where((_, other) => other != axis);

        IReadOnlyList<string> Sources(NetworkValue[] values) =>
            [.. values.Select(value => node.Network.Materialize(node, value))];
    }

    /// <summary>The value that all inputs are the parts of, one after the other; null when there is none.</summary>
    private static NetworkValue? Whole(NodeImport node, NetworkValue[] inputs, int axis)
    {
        if (axis == inputs[0].BatchAxis || node.Network.Node(inputs[0].Node) is not { Layer: Slice, Inputs: [string source] })
            return null;
        TensorShape shape = node.Network.ShapeOf(source);
        int dimension = inputs[0].ExampleAxis(axis), next = 0;
        foreach (NetworkValue input in inputs)
        {
            if (node.Network.Node(input.Node) is not { Layer: Slice { Step: 1 } slice, Inputs: [string other] }
                || other != source)
                return null;
            (int sliced, int first, int count) = slice.Range(shape);
            if (sliced != dimension || first != next
                || !NetworkAssembly.Shape(node, input.Example).Equals(node.Network.ShapeOf(input.Node)))
                return null;
            next += count;
        }
        long[] dims = [.. inputs[0].Dims];
        dims[axis] = next;
        return next == shape[dimension] ? (inputs[0] with { Node = source, IsExclusive = false }).As(inputs[0], dims) : null;
    }
}
