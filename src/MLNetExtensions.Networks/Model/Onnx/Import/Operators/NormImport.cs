namespace MLNetExtensions.Networks.Onnx;

/// <summary>Normalisation.</summary>
internal static class NormImport
{
    public static OnnxValue BatchNormalization(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        if (node.Int("training_mode", 0) != 0)
            throw node.NotSupported("normalises by the batch while scoring (training_mode).");
        if (node.Int("spatial", 1) == 0 && input.Rank > 2)
            throw node.NotSupported("has statistics of every position instead of every channel (spatial = 0).");
        double epsilon = node.Float("epsilon", 1e-5);
        if (!input.IsPlain)
            return Standardised(node, input, epsilon);
        // Further dimensions are positions like the others.
        NetworkValue seen = input.Rank <= 4
            ? input
            : input.AsExample(input.Dims[1], input.Dims[2..].Aggregate(1L, (size, dim) => checked(size * dim)));
        string source = node.Network.Materialize(node, seen);
        TensorShape shape = node.Network.ShapeOf(source), channels = new(shape.Channels);
        // ONNX gives the share of the old statistics. Of 0.9 in Single the rest is 0.1 to seven digits.
        double momentum = Math.Round(1 - node.Float("momentum", 0.9), 7);
        Layer layer = shape.Rank == 3 ? new BatchNorm2d(epsilon, momentum) : new BatchNorm1d(epsilon, momentum);
        OnnxConstant weight = node.Constant(1, "scale");
        return node.Network.Add(
            node, layer, weight, [source],
            ("weight", node.Network.Tensor(weight, channels)),
            ("bias", node.Network.Tensor(node.Constant(2, "bias"), channels)),
            ("running_mean", node.Network.Tensor(node.Constant(3, "mean"), channels)),
            ("running_var", node.Network.Tensor(node.Constant(4, "variance"), channels))).As(input);
    }

    /// <summary>Batch normalisation of channels that lie elsewhere than right behind the batch: a scale and shift.</summary>
    private static NetworkValue Standardised(NodeImport node, NetworkValue input, double epsilon)
    {
        if (input.BatchAxis != 0)
            throw node.NotSupported($"normalises {input.Dims.Text()}, where the batch is not first.");
        float[] weight = Numbers(1, "scale"), bias = Numbers(2, "bias");
        float[] mean = Numbers(3, "mean"), variance = Numbers(4, "variance");
        double[] scales = [.. weight.Zip(variance, (scale, square) => scale / Math.Sqrt(square + epsilon))];
        return AffineImport.Apply(
            node, input, new(input.ExampleAxis(1), scales, [.. bias.Select((shift, i) => shift - mean[i] * scales[i])]));

        float[] Numbers(int index, string what) => node.Constant(index, what).ToFloats() is { } numbers
            && numbers.Length == input.Dims[1]
            ? numbers
            : throw node.Malformed($"has a {what} that does not fit {input.Dims.Text()}.");
    }

    public static OnnxValue GroupNormalization(NodeImport node)
    {
        NetworkValue input = OfChannels(node);
        string source = node.Network.Materialize(node, input);
        int channels = node.Network.ShapeOf(source).Channels;
        OnnxConstant weight = node.Constant(1, "scale"), bias = node.Constant(2, "bias");
        if (weight.Count != channels || bias.Count != channels)
            throw node.NotSupported("has a weight for each group; one for each channel is supported.");
        return node.Network.Add(
            node, new GroupNorm(checked((int)node.Int("num_groups", 1)), node.Float("epsilon", 1e-5)), weight, [source],
            ("weight", node.Network.Tensor(weight, new(channels))), ("bias", node.Network.Tensor(bias, new(channels)))).As(input);
    }

    public static OnnxValue InstanceNormalization(NodeImport node)
    {
        NetworkValue input = OfChannels(node);
        OnnxConstant weight = node.Constant(1, "scale"), bias = node.Constant(2, "bias");
        double epsilon = node.Float("epsilon", 1e-5);
        // Groups of channels that are seen as one channel each: group normalisation before opset 21.
        bool isPlain = weight.ToFloats().All(value => value == 1) && bias.ToFloats().All(value => value == 0);
        if (isPlain && input is { Rank: 3, ViewOf: { Rank: > 1, IsPlain: true } before }
            && before.Dims[1] % input.Dims[1] == 0
            && !before.Dims.SequenceEqual(input.Dims))
        {
            GroupNorm groups = new(checked((int)input.Dims[1]), epsilon, Affine: false);
            return node.Add(groups, before).As(input);
        }
        string source = node.Network.Materialize(node, input);
        TensorShape shape = node.Network.ShapeOf(source), channels = new(shape.Channels);
        Layer layer = shape.Rank switch
        {
            2 => new InstanceNorm1d(epsilon, Affine: true),
            3 => new InstanceNorm2d(epsilon, Affine: true),
            _ => throw node.NotSupported($"normalises {input.Dims.Text()}; rows and images are supported."),
        };
        return node.Network.Add(
            node, layer, weight, [source],
            ("weight", node.Network.Tensor(weight, channels)), ("bias", node.Network.Tensor(bias, channels)));
    }

    public static OnnxValue LayerNormalization(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        string source = node.Network.Materialize(node, input);
        TensorShape shape = node.Network.ShapeOf(source);
        int axis = node.Axis(node.Int("axis", -1), input.Rank), rank = input.Rank - axis;
        if (axis <= input.BatchAxis)
            throw node.NotSupported("normalises over the batch.");
        // All dimensions, however many, are the layer's default.
        LayerNorm layer = new(rank == shape.Rank ? 0 : rank, node.Float("epsilon", 1e-5), node.Has(1));
        if (!layer.Affine)
            return node.Network.Add(node, layer, null, [source]).As(input);
        TensorShape normalized = layer.NormalizedShape(shape);
        OnnxConstant weight = node.Constant(1, "scale");
        WeightTensor bias = node.OptionalConstant(2, "bias") is { } given
            ? node.Network.Tensor(given, normalized)
            : new(normalized, new float[normalized.Size]);
        NetworkValue output = node.Network.Add(
            node, layer, weight, [source], ("weight", node.Network.Tensor(weight, normalized)), ("bias", bias));
        return output.As(input);
    }

    public static OnnxValue LocalResponseNorm(NodeImport node)
    {
        int size = checked((int)node.Int("size", 1));
        if (size % 2 == 0 && node.Proto.Domain != GraphRewriting.Domain)
            throw node.NotSupported($"sums over {size} channels, more after the own than before; an odd number is supported.");
        LocalResponseNorm layer = new(size, node.Float("alpha", 1e-4), node.Float("beta", 0.75), node.Float("bias", 1));
        return node.Add(layer, OfChannels(node));
    }

    /// <summary>The first input, whose second dimension the layers have as channels.</summary>
    private static NetworkValue OfChannels(NodeImport node) => node.Value(0) is { IsPlain: true, Rank: > 1 } input
        ? input
        : throw node.NotSupported($"normalises {node.Input(0).Dims.Text()}, where the channels are not right behind the batch.");
}
