namespace MLNetExtensions.Networks.Onnx;

/// <summary>Computes the nodes that make and rearrange one number at every place, the batch among the dimensions.</summary>
internal static class UniformFolding
{
    /// <summary>The value of a node; null if it is no such value.</summary>
    public static UniformValue? TryFold(NodeImport node) => node.Operation switch
    {
        "ConstantOfShape" when Dims(node, 0) is { } dims => new(dims, Filling(node)),
        "Expand" when Dims(node, 1) is { } target && Number(node.Input(0)) is { } number
            && Strides.Common(node.Input(0).Dims, target) is { } dims => new(dims, number),
        _ => node.Input(0) is UniformValue value ? Rearranged(node, value) : null,
    };

    private static UniformValue? Rearranged(NodeImport node, UniformValue value) => node.Operation switch
    {
        "Identity" or "Cast" => value,
        "Reshape" => value with { Dims = ReshapeTarget.Resolve(node, value.Dims, node.Constant(1, "shape").ToIntegers()) },
        "Squeeze" => value with { Dims = AxesOf.Squeezed(node, value.Dims) },
        "Unsqueeze" => value with { Dims = AxesOf.Unsqueezed(node, value.Dims) },
        "Transpose" => value with { Dims = [.. AxesOf.Permutation(node, value.Rank).Select(axis => value.Dims[axis])] },
        "Slice" => value with { Dims = [.. SliceRange.Of(node, value.Dims).Select(range => range.Count)] },
        "Gather" => Gathered(node, value),
        "Concat" when node.Inputs.All(input => Number(input) == value.Number) => Joined(node, value),
        _ => null,
    };

    private static UniformValue Gathered(NodeImport node, UniformValue value)
    {
        int axis = node.Axis(node.Int("axis", 0), value.Rank);
        return value with { Dims = [.. value.Dims[..axis], .. node.Input(1).Dims, .. value.Dims[(axis + 1)..]] };
    }

    private static UniformValue Joined(NodeImport node, UniformValue value)
    {
        long[] dims = [.. value.Dims];
        int axis = node.Axis(node.Int("axis", 0), value.Rank);
        dims[axis] = node.Inputs.Sum(input => input.Dims[axis]);
        return value with { Dims = dims };
    }

    /// <summary>The dimensions that an input gives, if the batch is among them.</summary>
    private static long[]? Dims(NodeImport node, int index) =>
        node.Input(index) is OnnxConstant { Integers: { } dims } && dims.Any(BatchDimension.IsBatch) ? dims : null;

    private static double Filling(NodeImport node)
    {
        TensorProto? value = node.Proto.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T;
        return value is null ? 0 : Number(new OnnxTensorReader(null).Read(value, "value")) ?? 0;
    }

    private static double? Number(OnnxValue value) => value switch
    {
        UniformValue uniform => uniform.Number,
        OnnxConstant { Count: > 0 } constant when constant.ToFloats() is var floats
            && floats.AsSpan().IndexOfAnyExcept(floats[0]) < 0 => floats[0],
        _ => null,
    };
}
