namespace MLNetExtensions.Networks.Onnx;

/// <summary>Operators of several inputs.</summary>
internal static class MergingImport
{
    public static OnnxValue Concat(NodeImport node)
    {
        NetworkValue[] inputs = [.. Enumerable.Range(0, node.InputCount).Select(node.Value)];
        return Join(node, inputs, node.Axis(node.Int("axis", 1), inputs[0].Rank));
    }

    /// <summary>Values behind each other along an axis.</summary>
    public static NetworkValue Join(NodeImport node, NetworkValue[] inputs, int axis)
    {
        if (inputs.Length == 1)
            return inputs[0];
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
}
