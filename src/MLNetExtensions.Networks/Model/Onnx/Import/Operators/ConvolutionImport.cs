namespace MLNetExtensions.Networks.Onnx;

/// <summary>Convolutions.</summary>
internal static class ConvolutionImport
{
    public static OnnxValue Conv(NodeImport node)
    {
        NetworkValue input = PaddingImport.ForWindows(node);
        OnnxConstant weight = node.Constant(1, "weight");
        OnnxConstant? bias = node.OptionalConstant(2, "bias");
        if (weight.Rank != input.Rank || weight.Rank < 3)
            throw node.Malformed($"has a weight of dimensions {weight.Dims.Text()} for an input of {input.Dims.Text()}.");
        long[] kernel = node.Ints("kernel_shape") ?? weight.Dims[2..];
        if (!kernel.SequenceEqual(weight.Dims[2..]))
            throw node.Malformed($"has a window of {kernel.Text()} and a weight of {weight.Dims.Text()}.");
        WindowAxis[] axes = WindowAxes.Of(node, input, kernel);
        (weight, axes) = SymmetricPadding(node, weight, axes);
        int channels = checked((int)weight.Dims[0]);
        TensorShape shape = NetworkAssembly.Shape(node, weight.Dims);
        int groups = checked((int)node.Int("group", 1));
        Layer layer = axes is [var only]
            ? new Conv1d(channels, only.Kernel, only.Stride, only.Before, only.Dilation, groups, bias is not null)
            : new Conv2d(
                channels, axes.Size(axis => axis.Kernel), axes.Size(axis => axis.Stride), axes.Size(axis => axis.Before),
                axes.Size(axis => axis.Dilation), groups, bias is not null);
        List<(string, WeightTensor)> parameters = [("weight", node.Network.Tensor(weight, shape))];
        if (bias is not null)
            parameters.Add(("bias", node.Network.Tensor(bias, new(channels))));
        return WindowAxes.Add(node, layer, weight, input, parameters);
    }

    /// <summary>Equal padding on both sides of each axis. Where the windows need more on one side, the kernel grows by zeros on
    /// the other, which compute the same.</summary>
    private static (OnnxConstant Weight, WindowAxis[] Axes) SymmetricPadding(
        NodeImport node, OnnxConstant weight, WindowAxis[] axes)
    {
        WindowAxis[] result = new WindowAxis[axes.Length];
        long[] dims = [.. weight.Dims];
        int[] lead = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            WindowAxis axis = axes[i], symmetric = axis with { After = axis.Before };
            if (symmetric.Output != axis.Output)
            {
                int padding = Math.Max(axis.Before, axis.After), missing = Math.Abs(axis.Before - axis.After);
                if (missing % axis.Dilation != 0)
                    throw node.NotSupported($"pads {axis.Before} before and {axis.After} after an axis, with dilation.");
                int taps = missing / axis.Dilation;
                symmetric = axis with { Before = padding, After = padding, Kernel = axis.Kernel + taps };
                lead[i] = axis.After > axis.Before ? taps : 0;
            }
            result[i] = symmetric;
            dims[i + 2] = symmetric.Kernel;
        }
        return (Embed(weight, dims, lead), result);
    }

    private static OnnxConstant Embed(OnnxConstant weight, long[] dims, int[] lead)
    {
        if (dims.SequenceEqual(weight.Dims))
            return weight;
        float[] source = weight.ToFloats();
        float[] target = new float[OnnxTensorReader.ElementCount(dims) ?? throw new OverflowException()];
        int[] strides = Strides.Of(dims);
        int start = lead.Select((taps, i) => taps * strides[i + 2]).Sum();
        int[] places = Strides.Places(weight.Dims, strides, source.Length, start);
        for (int i = 0; i < source.Length; i++)
            target[places[i]] = source[i];
        return new(dims, target) { Origin = weight.Origin };
    }
}
