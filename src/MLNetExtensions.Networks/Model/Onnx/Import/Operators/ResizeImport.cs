namespace MLNetExtensions.Networks.Onnx;

/// <summary>Enlarging images.</summary>
internal static class ResizeImport
{
    public static OnnxValue Resize(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        double[] scales = Scales(node, input);
        if (scales.Where((scale, axis) => axis < 2 && scale != 1).Any() || input.Rank is not (3 or 4) || !input.IsPlain)
            throw node.NotSupported($"resizes {input.Dims.Text()} by {string.Join('×', scales)}; images can be enlarged.");
        int[] factors = [.. scales[2..].Select(scale => (int)Math.Round(scale))];
        if (scales[2..].Zip(factors).Any(pair => pair.Second < 1 || Math.Abs(pair.First - pair.Second) > 1e-6))
            throw node.NotSupported($"resizes by {string.Join('×', scales)}; whole factors are supported.");
        if (factors.All(factor => factor == 1))
            return input;
        bool isSequence = input.Rank == 3;
        NetworkValue image = isSequence ? input with { Dims = [.. input.Dims[..2], 1, input.Dims[2]] } : input;
        Size2d size = isSequence ? (1, factors[0]) : (factors[0], factors[1]);
        NetworkValue output = node.Add(Layer(node, size), image);
        return isSequence ? output with { Dims = [.. output.Dims[..2], output.Dims[3]] } : output;
    }

    public static OnnxValue DepthToSpace(NodeImport node)
    {
        (NetworkValue input, long block) = Blocks(node);
        (long channels, long height, long width) = (input.Dims[1] / (block * block), input.Dims[2], input.Dims[3]);
        bool blocksFirst = node.Text("mode", "DCR") == "DCR";
        NetworkValue value =
            Seen(input, blocksFirst ? [block, block, channels, height, width] : [channels, block, block, height, width]);
        value = node.Add(blocksFirst ? new Permute(2, 3, 0, 4, 1) : new Permute(0, 3, 1, 4, 2), value);
        return Seen(value, [channels, height * block, width * block]);
    }

    public static OnnxValue SpaceToDepth(NodeImport node)
    {
        (NetworkValue input, long block) = Blocks(node);
        (long channels, long height, long width) = (input.Dims[1], input.Dims[2] / block, input.Dims[3] / block);
        NetworkValue value = node.Add(new Permute(2, 4, 0, 1, 3), Seen(input, [channels, height, block, width, block]));
        return Seen(value, [channels * block * block, height, width]);
    }

    private static (NetworkValue Input, long Block) Blocks(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        long block = node.Int("blocksize", 0);
        return input is { Rank: 4, IsPlain: true } && block is > 0 and < 1 << 15
            ? (input, block)
            : throw node.Malformed($"has a block of {block} for {input.Dims.Text()}.");
    }

    private static NetworkValue Seen(NetworkValue value, long[] example) =>
        value.AsExample(example);

    /// <summary>The factor of each axis, from an attribute, an input or the sizes that are asked for.</summary>
    private static double[] Scales(NodeImport node, NetworkValue input)
    {
        // Since opset 18 a node may name the axes that it resizes.
        int[] axes = node.Ints("axes") is { } named
            ? [.. named.Select(axis => node.Axis(axis, input.Rank))]
            : [.. Enumerable.Range(0, input.Rank)];
        int index = node.Operation == "Resize" && node.Opset > 10 ? 2 : 1;
        AttributeProto? attribute = node.Proto.Attribute.FirstOrDefault(attribute => attribute.Name == "scales");
        double[] given = attribute is not null ? [.. attribute.Floats.Select(NodeImport.Decimal)]
            : node.OptionalConstant(index, "scales") is { Count: > 0 } scales ? [.. scales.ToFloats().Select(NodeImport.Decimal)]
            : [.. node.Constant(3, "sizes").ToIntegers().Zip(axes, (size, axis) => (double)size / input.Dims[axis])];
        if (given.Length != axes.Length)
            throw node.Malformed($"has {given.Length} scales for {axes.Length} axes.");
        double[] all = [.. Enumerable.Repeat(1.0, input.Rank)];
        foreach ((int axis, double scale) in axes.Zip(given))
            all[axis] = scale;
        // Exporters write the batch size that they were called with.
        if (all[0] * BatchDimension.Unit == (node.Network.DeclaredBatch ?? 1))
            all[0] = 1;
        return all;
    }

    private static Upsample Layer(NodeImport node, Size2d factors)
    {
        // Before opset 11 pixel x came from x/factor, rounded down.
        bool isEarlier = node.Operation == "Upsample" || node.Opset < 11;
        string mode = node.Text("mode", "nearest");
        string place = isEarlier ? "asymmetric" : node.Text("coordinate_transformation_mode", "half_pixel");
        string rounding = isEarlier ? "floor" : node.Text("nearest_mode", "round_prefer_floor");
        bool isNearest = (place, rounding) is ("asymmetric", "floor") or ("tf_half_pixel_for_nn", "floor")
            || (place is "half_pixel" or "pytorch_half_pixel" && rounding.StartsWith("round_", StringComparison.Ordinal))
            || (place == "asymmetric" && rounding == "round_prefer_floor" && factors.Height <= 2 && factors.Width <= 2);
        return mode switch
        {
            "nearest" when isNearest => new(factors),
            "linear" or "bilinear" when place is "half_pixel" or "pytorch_half_pixel" => new(factors, UpsampleMode.Bilinear),
            "linear" or "bilinear" when place == "align_corners" => new(factors, UpsampleMode.Bilinear, AlignCorners: true),
            _ => throw node.NotSupported($"resizes by mode {mode}, {place}, {rounding}; there is no layer for that."),
        };
    }
}
