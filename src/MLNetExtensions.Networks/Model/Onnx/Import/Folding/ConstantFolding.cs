namespace MLNetExtensions.Networks.Onnx;

/// <summary>Computes the nodes whose inputs are constant, and those that ask for the shape of a value: exporters leave chains of
/// them for what was arithmetic on shapes in the code of the model.</summary>
internal sealed class ConstantFolding
{
    /// <summary>All values that are computed, together: a small file must not fill the memory.</summary>
    private const long MaxComputedValues = 1L << 28;

    private static readonly Dictionary<string, Func<NodeImport, ConstantFolding, OnnxConstant>> Operators = new()
    {
        ["Identity"] = (node, _) => node.Constant(0, "value"),
        ["Dropout"] = (node, _) => node.Constant(0, "value"),
        ["Cast"] = ElementwiseFolding.Cast,
        ["CastLike"] = (node, folding) => ElementwiseFolding.CastLike(node, folding),
        ["ConstantOfShape"] = ShapeFolding.ConstantOfShape,
        ["Range"] = ShapeFolding.Range,
        ["Reshape"] = ShapeFolding.Reshape,
        ["Flatten"] = ShapeFolding.Flatten,
        ["Squeeze"] = ShapeFolding.Squeeze,
        ["Unsqueeze"] = ShapeFolding.Unsqueeze,
        ["Transpose"] = ShapeFolding.Transpose,
        ["Expand"] = ShapeFolding.Expand,
        ["Tile"] = ShapeFolding.Tile,
        ["Trilu"] = ShapeFolding.Trilu,
        ["Concat"] = ShapeFolding.Concat,
        ["Gather"] = ShapeFolding.Gather,
        ["Slice"] = ShapeFolding.Slice,
        ["ReduceProd"] = ElementwiseFolding.ReduceProd,
        ["Where"] = ElementwiseFolding.Where,
    };

    private long _computed;

    /// <summary>The value of a node, if it is constant; null if it is not.</summary>
    /// <exception cref="NotSupportedException">Its inputs are constant, but the operator is not known here.</exception>
    public OnnxValue? TryFold(NodeImport node, OnnxGraph graph)
    {
        switch (node.Operation)
        {
            case "Constant":
                return graph.Constant(node.Proto);
            case "Shape":
                return ShapeFolding.Shape(node);
            case "Size":
                return new OnnxConstant([], [node.Input(0).Dims.Aggregate(1L, (size, dim) => checked(size * dim))]);
        }
        if (!node.Inputs.Any() || !node.Inputs.All(input => input is OnnxConstant or UniformValue))
            return null;
        if (UniformFolding.TryFold(node) is { } uniform)
        {
            Count(node, uniform.SharedDims);
            return uniform;
        }
        node = node.WithNumbers();
        if (Operators.TryGetValue(node.Operation, out Func<NodeImport, ConstantFolding, OnnxConstant>? fold)
            || ElementwiseFolding.TryGet(node.Operation, out fold))
            return fold(node, this);
        throw node.NotSupported("computes a constant in a way that is not supported.");
    }

    /// <summary>The number of values of new dimensions.</summary>
    /// <exception cref="NotSupportedException">They are more than are computed.</exception>
    public int Count(NodeImport node, long[] dims)
    {
        int? count = OnnxTensorReader.ElementCount(dims);
        if (count is null || (_computed += count.Value) > MaxComputedValues)
            throw node.NotSupported($"computes a constant of dimensions {dims.Text()}; that is too much.");
        return count.Value;
    }
}
