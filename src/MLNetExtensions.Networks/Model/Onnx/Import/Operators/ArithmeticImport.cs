namespace MLNetExtensions.Networks.Onnx;

/// <summary>Sums of values, and scales and shifts by constants.</summary>
internal static class ArithmeticImport
{
    public static OnnxValue Add(NodeImport node)
    {
        if (node.Inputs.Any(input => input is OnnxConstant))
            return WithConstant(node, (value, constant) => Affine.Shift(node, value, constant, 1, 1));
        NetworkValue[] inputs = [.. Enumerable.Range(0, node.InputCount).Select(node.Value)];
        if (inputs.Length == 1)
            return inputs[0];
        if (!inputs.All(inputs[0].HasViewOf))
            throw node.NotSupported(
                $"adds values of different dimensions: {string.Join(", ", inputs.Select(input => input.Dims.Text()))}.");
        return node.Network.Add(node, new Add(), null, [.. inputs.Select(input => node.Network.Materialize(node, input))])
            .As(inputs[0]);
    }

    public static OnnxValue Sub(NodeImport node)
    {
        if (node.Inputs.OfType<OnnxConstant>().Any())
            return Difference(node);
        (NetworkValue a, NetworkValue b) = (node.Value(0), node.Value(1));
        if (!a.HasViewOf(b))
            throw node.NotSupported($"subtracts {b.Dims.Text()} from {a.Dims.Text()}.");
        return node.Network.Add(
            node, new Subtract(), null, [node.Network.Materialize(node, a), node.Network.Materialize(node, b)]).As(a);
    }

    private static NetworkValue Difference(NodeImport node) => WithConstant(node, (value, constant) =>
        node.Input(0) is OnnxConstant
            ? Affine.Shift(node, value, constant, -1, 1)
            : Affine.Shift(node, value, constant, 1, -1));

    public static OnnxValue Mul(NodeImport node)
    {
        if (node.InputCount == 2 && !node.Inputs.OfType<OnnxConstant>().Any())
            return Product(node, node.Value(0), node.Value(1));
        return WithConstant(node, (value, constant) => Affine.Scale(node, value, constant, number => number));
    }

    public static OnnxValue Div(NodeImport node)
    {
        if (node.Input(0) is OnnxConstant)
            throw node.NotSupported("divides a constant by a value.");
        return WithConstant(node, (value, constant) => Affine.Scale(node, value, constant, number => 1 / number));
    }

    public static OnnxValue Neg(NodeImport node) => AffineImport.Apply(node, node.Value(0), Affine.Negative);

    /// <summary>The product of two values, the one repeated where it has a dimension of 1.</summary>
    private static NetworkValue Product(NodeImport node, NetworkValue a, NetworkValue b)
    {
        long[]? dims = Strides.Common(a.Dims, b.Dims);
        if (dims is null || a.Rank != b.Rank || a.BatchAxis != b.BatchAxis 
            || a.Dims[a.BatchAxis] != b.Dims[b.BatchAxis] || a.Outer != b.Outer)
            throw node.NotSupported($"multiplies {a.Dims.Text()} by {b.Dims.Text()}.");
        return node.Network.Add(
            node, new Multiply(), null, [node.Network.Materialize(node, a), node.Network.Materialize(node, b)]).As(a, dims);
    }

    private static NetworkValue WithConstant(NodeImport node, Func<NetworkValue, OnnxConstant, Affine> affine)
    {
        if (node.InputCount != 2 || !node.Inputs.Any(input => input is OnnxConstant))
            throw node.NotSupported("combines values that are all computed; only a constant with a value is supported.");
        int index = node.Input(0) is OnnxConstant ? 1 : 0;
        NetworkValue value = node.Value(index);
        return AffineImport.Apply(node, value, affine(value, node.Constant(1 - index, "constant")));
    }
}
