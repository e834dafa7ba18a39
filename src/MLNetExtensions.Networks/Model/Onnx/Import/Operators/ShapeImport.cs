namespace MLNetExtensions.Networks.Onnx;

/// <summary>Operators that change only how a value is seen, and those that do nothing while scoring.</summary>
internal static class ShapeImport
{
    public static OnnxValue Cast(NodeImport node) => (TensorProto.Types.DataType)node.Int("to", 0) switch
    {
        // All values are Single here.
        TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Double or TensorProto.Types.DataType.Float16
            or TensorProto.Types.DataType.Bfloat16 => node.Value(0),
        TensorProto.Types.DataType type => throw node.NotSupported($"rounds to {type}."),
    };

    public static OnnxValue CastLike(NodeImport node) => node.Input(1) is OnnxConstant { Integers: not null }
        ? throw node.NotSupported("rounds to integers.")
        : node.Value(0);

    public static OnnxValue Dropout(NodeImport node)
    {
        double probability = node.OptionalConstant(1, "ratio") is { Count: 1 } constant
            ? NodeImport.Decimal(constant.ToFloats()[0])
            : node.Float("ratio", 0.5);
        NetworkValue input = node.Value(0);
        return probability is > 0 and < 1 ? node.Add(new Dropout(probability), input) : input;
    }

    public static OnnxValue Flatten(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        long axis = node.Int("axis", 1);
        int split = axis == input.Rank ? input.Rank : node.Axis(axis, input.Rank);
        return View(node, input, [Size(input.Dims[..split]), Size(input.Dims[split..])]);
    }

    public static OnnxValue Reshape(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        if (node.Int("allowzero", 0) != 0)
            throw node.NotSupported("has allowzero; an empty value has no place in a network.");
        long[] target = node.Ints("shape") ?? node.Constant(1, "shape").ToIntegers();
        return View(node, input, ReshapeTarget.Resolve(node, input.Dims, WithBatch(node, input, target)));
    }

    public static OnnxValue Squeeze(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        return View(node, input, AxesOf.Squeezed(node, input.Dims));
    }

    public static OnnxValue Unsqueeze(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        return View(node, input, AxesOf.Unsqueezed(node, input.Dims));
    }

    public static OnnxValue Transpose(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        int[] order = AxesOf.Permutation(node, input.Rank);
        long[] dims = [.. order.Select(axis => input.Dims[axis])];
        // Dimensions of 1 can go anywhere without a value moving.
        int[] moving = [.. order.Where(axis => input.Dims[axis] != 1)];
        if (moving.SequenceEqual(moving.Order()))
            return View(node, input, dims);
        // What is before the batch is 1, so only what comes behind it moves.
        int batch = input.BatchAxis;
        if (order.Index().Any(pair => pair.Item <= batch && pair.Item != pair.Index))
            throw node.NotSupported($"transposes {input.Dims.Text()} to {dims.Text()}, where the batch is not first.");
        int shift = input.ExampleAxis(batch + 1);
        Permute layer = new([.. Enumerable.Range(0, shift), .. order[(batch + 1)..].Select(input.ExampleAxis)]);
        return node.Add(layer, input) with { Dims = dims };
    }

    /// <summary>A value under other dimensions.</summary>
    /// <exception cref="NotSupportedException">They are no longer one example after the other.</exception>
    public static NetworkValue View(NodeImport node, NetworkValue input, long[] dims)
    {
        NetworkValue view = input with { Dims = dims, ViewName = LayerNames.Of(node.Proto, null), ViewOf = input };
        if (view.BatchAxis < 0 || dims[..view.BatchAxis].Any(dim => dim != 1))
            throw node.NotSupported($"sees {input.Dims.Text()} as {dims.Text()}, which is not one example after the other.");
        return view;
    }

    /// <summary>A target whose first dimension is the batch, if it can be: exporters write the batch size that they were called
    /// with in its place.</summary>
    private static long[] WithBatch(NodeImport node, NetworkValue input, long[] target)
    {
        long batch = node.Network.DeclaredBatch ?? 1;
        if (target.Length == 0 || target.Any(BatchDimension.IsBatch) || (target[0] == 0 && input.Dims[0].IsBatch()))
            return target;
        if (target[0] == -1)
            return target;
        bool isBatch = target[0] > 0 && target[0] % batch == 0;
        return isBatch ? [target[0] / batch * BatchDimension.Unit, .. target[1..]] : target;
    }

    private static long Size(long[] dims) => dims.Aggregate(1L, (size, dim) => checked(size * dim));
}
