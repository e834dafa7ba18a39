namespace MLNetExtensions.Networks.Onnx;

/// <summary>Operators that change only how a value is seen, and those that do nothing while scoring.</summary>
internal static class ShapeImport
{
    public static OnnxValue Cast(NodeImport node) => (TensorProto.Types.DataType)node.Int("to", 0) switch
    {
        // All values are Single here.
        TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Double or TensorProto.Types.DataType.Float16
            or TensorProto.Types.DataType.Bfloat16 => node.Value(0),
        TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32 => Whole(node),
        TensorProto.Types.DataType.Bool when node.Any(0).IsInteger => ConditionImport.IsAny(node),
        TensorProto.Types.DataType type => throw node.NotSupported($"converts to {type}."),
    };

    public static OnnxValue CastLike(NodeImport node) => node.Input(1) is OnnxConstant { Integers: not null }
        or NetworkValue { IsInteger: true }
        ? Whole(node)
        : node.Value(0);

    public static OnnxValue Dropout(NodeImport node)
    {
        double probability = node.OptionalConstant(1, "ratio") is { Count: 1 } constant
            ? NodeImport.Decimal(constant.ToFloats()[0])
            : node.Float("ratio", 0.5);
        NetworkValue input = node.Value(0);
        return probability is > 0 and < 1 ? node.Map(new Dropout(probability), input) : input;
    }

    public static OnnxValue Flatten(NodeImport node)
    {
        NetworkValue input = node.Any(0);
        long axis = node.Int("axis", 1);
        int split = axis == input.Rank ? input.Rank : node.Axis(axis, input.Rank);
        return View(node, input, [Size(input.Dims[..split]), Size(input.Dims[split..])]);
    }

    public static OnnxValue Reshape(NodeImport node)
    {
        NetworkValue input = node.Any(0);
        if (node.Int("allowzero", 0) != 0)
            throw node.NotSupported("has allowzero; an empty value has no place in a network.");
        long[] target = node.Ints("shape") ?? node.Constant(1, "shape").ToIntegers();
        return View(node, input, ReshapeTarget.Resolve(node, input, target));
    }

    public static OnnxValue Squeeze(NodeImport node)
    {
        NetworkValue input = node.Any(0);
        return View(node, input, AxesOf.Squeezed(node, input.Dims));
    }

    public static OnnxValue Unsqueeze(NodeImport node)
    {
        NetworkValue input = node.Any(0);
        return View(node, input, AxesOf.Unsqueezed(node, input.Dims));
    }

    public static OnnxValue Transpose(NodeImport node)
    {
        NetworkValue input = node.Any(0);
        int[] order = AxesOf.Permutation(node, input.Rank);
        long[] dims = [.. order.Select(axis => input.Dims[axis])];
        long[] example = input.Example;
        // What was merged into the batch goes with it; dimensions of 1 can go anywhere without a value moving.
        int[] moved = [.. order.SelectMany(input.ExampleAxes)];
        int[] moving = [.. moved.Where(axis => example[axis] != 1)];
        return moving.SequenceEqual(moving.Order())
            ? (input with { ViewOf = input }).As(input, dims)
            : Permuted(node, input, moved).As(input, dims);
    }

    /// <summary>The dimensions of an example in another order. One rearrangement behind another is one, or none.</summary>
    public static NetworkValue Permuted(NodeImport node, NetworkValue input, int[] order)
    {
        if (node.Network.LayerOf(input.Node) is Permute first
            && node.Network.Node(input.Node) is { Inputs: [string source] }
            && node.Network.ShapeOf(input.Node).Dimensions.ToArray().Select(size => (long)size).SequenceEqual(input.Example))
        {
            order = [.. order.Select(axis => first.Dimensions[axis])];
            long[] example = [.. node.Network.ShapeOf(source).Dimensions.ToArray().Select(size => (long)size)];
            // What only reshapes is a view of what is before.
            while (node.Network.Node(source) is { Layer: Networks.Reshape or Networks.Flatten } reshaped)
                source = reshaped.Inputs[0];
            input = (input with { Node = source, IsExclusive = input.IsExclusive && input.IsSourceExclusive }).AsExample(example);
        }
        return order.SequenceEqual(Enumerable.Range(0, order.Length))
            ? input
            : node.Add(new Permute([.. order]), input) with
            {
                IsInteger = input.IsInteger, RoundedBy = input.RoundedBy, IsSourceExclusive = input.IsExclusive,
            };
    }

    /// <summary>A value under other dimensions.</summary>
    /// <exception cref="NotSupportedException">They are no longer one example after the other.</exception>
    public static NetworkValue View(NodeImport node, NetworkValue input, long[] dims)
    {
        NetworkValue? view = input.Seen(dims);
        return view is not null
            ? view with { ViewName = LayerNames.Of(node.Proto, null), ViewOf = input }
            : throw node.NotSupported(
                $"sees {input.Dims.Text()} as {dims.Text()}, which is not one example after the other.");
    }

    private static NetworkValue Whole(NodeImport node)
    {
        NetworkValue value = node.Any(0);
        return value.IsInteger ? value : value with { IsInteger = true, RoundedBy = NodeImport.Describe(node.Proto) };
    }

    private static long Size(long[] dims) => dims.Aggregate(1L, (size, dim) => checked(size * dim));
}
