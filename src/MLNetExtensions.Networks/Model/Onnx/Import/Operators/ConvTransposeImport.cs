namespace MLNetExtensions.Networks.Onnx;

/// <summary>Transposed convolutions.</summary>
internal static class ConvTransposeImport
{
    public static OnnxValue ConvTranspose(NodeImport node)
    {
        NetworkValue input = node.Value(0);
        OnnxConstant weight = node.Constant(1, "weight");
        OnnxConstant? bias = node.OptionalConstant(2, "bias");
        if (weight.Rank != input.Rank || input.Rank is not (3 or 4) || !input.IsPlain)
            throw node.NotSupported(
                $"has a weight of dimensions {weight.Dims.Text()} for {input.Dims.Text()}; sequences and images are supported.");
        // A sequence is an image of one row.
        bool isSequence = input.Rank == 3;
        if (isSequence)
            input = input with { Dims = [.. input.Dims[..2], 1, input.Dims[2]] };
        Axis[] axes = Axes(node, isSequence ? [input.Dims[3]] : input.Dims[2..], weight.Dims[2..]);
        if (isSequence)
            axes = [new(1, 1, 1, 0, 0), .. axes];
        int groups = checked((int)node.Int("group", 1)), channels = checked((int)(weight.Dims[1] * groups));
        TensorShape shape = NetworkAssembly.Shape(node, [.. weight.Dims[..2], axes[0].Kernel, axes[1].Kernel]);
        ConvTranspose2d layer = new(
            channels, Size(axis => axis.Kernel), Size(axis => axis.Stride), Size(axis => axis.Padding),
            Size(axis => axis.OutputPadding), groups, bias is not null, Size(axis => axis.Dilation));
        List<(string, WeightTensor)> parameters = [("weight", node.Network.Tensor(weight, shape))];
        if (bias is not null)
            parameters.Add(("bias", node.Network.Tensor(bias, new(channels))));
        NetworkValue output = node.Network.Add(node, layer, weight, [node.Network.Materialize(node, input)], parameters);
        for (int i = 0; i < axes.Length; i++)
        {
            if (axes[i].Wanted is { } wanted)
                output = SelectionImport.Part(node, output, i + 2, new(0, 1, wanted));
        }
        return isSequence ? output with { Dims = [.. output.Dims[..2], output.Dims[3]] } : output;

        Size2d Size(Func<Axis, int> number) => (number(axes[0]), number(axes[1]));
    }

    private static Axis[] Axes(NodeImport node, long[] sizes, long[] kernel)
    {
        int rank = sizes.Length;
        long[] strides = node.Ints("strides") ?? [.. sizes.Select(_ => 1L)];
        long[] dilations = node.Ints("dilations") ?? [.. sizes.Select(_ => 1L)];
        long[] pads = node.Ints("pads") ?? new long[2 * rank], added = node.Ints("output_padding") ?? new long[rank];
        long[]? outputs = node.Ints("output_shape") is { Length: > 0 } shape ? shape[^Math.Min(rank, shape.Length)..] : null;
        string automatic = node.Text("auto_pad", "NOTSET");
        bool isSame = automatic is "SAME_UPPER" or "SAME_LOWER";
        if (strides.Length != rank || dilations.Length != rank || pads.Length != 2 * rank || added.Length != rank
            || (outputs is not null && outputs.Length != rank))
            throw node.Malformed($"has attributes that don't fit {rank} dimensions.");
        return [.. Enumerable.Range(0, rank).Select(Of)];

        Axis Of(int i)
        {
            long before = pads[i], after = pads[rank + i];
            long whole = checked((sizes[i] - 1) * strides[i] + dilations[i] * (kernel[i] - 1) + 1);
            if (outputs is not null || isSame)
            {
                long total = whole + added[i] - (outputs?[i] ?? sizes[i] * strides[i]);
                before = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
                after = total - before;
            }
            // The layer cuts off as much at the end as at the beginning, and can add there less than a stride.
            long output = whole + added[i] - before - after, rest = output - (whole - 2 * before);
            if (before < 0 || output < 1 || rest >= strides[i])
                throw node.NotSupported($"cuts {before} off the beginning and {after} off the end, and adds {added[i]}.");
            return checked(new(
                (int)kernel[i], (int)strides[i], (int)dilations[i], (int)before, (int)Math.Max(rest, 0),
                rest < 0 ? output : null));
        }
    }

    /// <param name="Kernel">The elements of the window.</param>
    /// <param name="Stride">The distance of neighbouring windows.</param>
    /// <param name="Dilation">The distance of a window's elements.</param>
    /// <param name="Padding">What is cut off on each side.</param>
    /// <param name="OutputPadding">What is added at the end.</param>
    /// <param name="Wanted">The outputs to keep of more; null when all.</param>
    private readonly record struct Axis(
        int Kernel, int Stride, int Dilation, int Padding, int OutputPadding, long? Wanted = null);
}
