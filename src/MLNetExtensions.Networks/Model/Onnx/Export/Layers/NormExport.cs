namespace MLNetExtensions.Networks.Onnx;

/// <summary>Normalisation layers.</summary>
internal static class NormExport
{
    private const int NegativeAxesOpset = 11, LayerNormalizationOpset = 17;

    /// <summary>The one before had a weight for each group instead of each channel.</summary>
    private const int GroupNormalizationOpset = 21;

    public static string BatchNorm(BatchNorm layer, LayerExport export)
    {
        int channels = export.InputShape.Channels;
        return export.Emit(
            "BatchNormalization",
            [
                export.Input,
                layer.Affine ? export.Parameter("weight") : Filled(export, "weight", [channels], 1),
                layer.Affine ? export.Parameter("bias") : Filled(export, "bias", [channels], 0),
                export.Parameter("running_mean"),
                export.Parameter("running_var"),
            ],
            OnnxAttribute.Float("epsilon", layer.Epsilon),
            // ONNX gives the share of the old statistics.
            OnnxAttribute.Float("momentum", 1 - layer.Momentum));
    }

    public static string LayerNorm(LayerNorm layer, LayerExport export)
    {
        TensorShape shape = layer.NormalizedShape(export.InputShape);
        string weight = layer.Affine ? export.Parameter("weight") : Filled(export, "weight", shape.Dimensions, 1);
        string bias = layer.Affine ? export.Parameter("bias") : Filled(export, "bias", shape.Dimensions, 0);
        if (export.Opset >= LayerNormalizationOpset)
        {
            return export.Emit(
                "LayerNormalization", [export.Input, weight, bias],
                OnnxAttribute.Int("axis", -shape.Rank), OnnxAttribute.Float("epsilon", layer.Epsilon));
        }
        int first = export.Opset >= NegativeAxesOpset ? -shape.Rank : 1 + export.InputShape.Rank - shape.Rank;
        AttributeProto axes = OnnxAttribute.Ints("axes", Enumerable.Range(first, shape.Rank).Select(axis => (long)axis));
        string centred = export.Step("Sub", [export.Input, export.Step("ReduceMean", [export.Input], axes)]);
        string variance = export.Step("ReduceMean", [export.Step("Mul", [centred, centred])], axes);
        string deviation = export.Step("Sqrt", [export.Step("Add", [variance, export.Constant("epsilon", layer.Epsilon)])]);
        return export.Emit("Add", [export.Step("Mul", [export.Step("Div", [centred, deviation]), weight]), bias]);
    }

    public static string GroupNorm(GroupNorm layer, LayerExport export)
    {
        TensorShape shape = export.InputShape;
        int[] channels = [shape.Channels];
        AttributeProto epsilon = OnnxAttribute.Float("epsilon", layer.Epsilon);
        if (export.Opset >= GroupNormalizationOpset)
        {
            string weight = layer.Affine ? export.Parameter("weight") : Filled(export, "weight", channels, 1);
            string bias = layer.Affine ? export.Parameter("bias") : Filled(export, "bias", channels, 0);
            return export.Emit(
                "GroupNormalization", [export.Input, weight, bias], epsilon, OnnxAttribute.Int("num_groups", layer.Groups));
        }
        // Each group as one channel.
        string groups = export.Step("Reshape", [export.Input, export.Constant("groups", 0, layer.Groups, -1)]);
        string one = Filled(export, "one", [layer.Groups], 1), zero = Filled(export, "zero", [layer.Groups], 0);
        string normalised = export.Step("InstanceNormalization", [groups, one, zero], epsilon);
        string[] back =
            [normalised, export.Constant("shape", [0, .. shape.Dimensions.ToArray().Select(size => (long)size)])];
        if (!layer.Affine)
            return export.Emit("Reshape", back);
        string scaled = export.Step("Mul", [export.Step("Reshape", back), OfChannels(export, "weight")]);
        return export.Emit("Add", [scaled, OfChannels(export, "bias")]);
    }

    public static string InstanceNorm(InstanceNorm layer, LayerExport export)
    {
        int[] channels = [export.InputShape.Channels];
        return export.Emit(
            "InstanceNormalization",
            [
                export.Input,
                layer.Affine ? export.Parameter("weight") : Filled(export, "weight", channels, 1),
                layer.Affine ? export.Parameter("bias") : Filled(export, "bias", channels, 0),
            ],
            OnnxAttribute.Float("epsilon", layer.Epsilon));
    }

    public static string LocalResponseNorm(LocalResponseNorm layer, LayerExport export)
    {
        if (layer.Size % 2 == 1)
        {
            return export.Emit(
                "LRN",
                OnnxAttribute.Int("size", layer.Size), OnnxAttribute.Float("alpha", layer.Alpha),
                OnnxAttribute.Float("beta", layer.Beta), OnnxAttribute.Float("bias", layer.K));
        }
        // Of an even number of neighbours PyTorch takes one more before the channel, ONNX after it, and ONNX Runtime none.
        TensorShape shape = export.InputShape;
        string square = export.Step("Mul", [export.Input, export.Input]);
        string column = export.Step("Reshape", [square, export.Constant("column", 0, 1, shape.Channels, shape.SpatialSize)]);
        string mean = export.Step(
            "AveragePool", [column],
            OnnxAttribute.Ints("kernel_shape", layer.Size, 1), OnnxAttribute.Int("count_include_pad", 1),
            OnnxAttribute.Ints("pads", layer.Size / 2, 0, (layer.Size - 1) / 2, 0));
        string image = export.Step("Reshape", [mean, export.Constant("image", 0, shape.Channels, shape[1], shape[2])]);
        string scaled = export.Step("Mul", [image, export.Constant("alpha", layer.Alpha)]);
        string sum = export.Step("Add", [scaled, export.Constant("k", layer.K)]);
        return export.Emit("Div", [export.Input, export.Step("Pow", [sum, export.Constant("beta", layer.Beta)])]);
    }

    public static string Normalize(Normalize layer, LayerExport export)
    {
        // One value a channel lies along the first dimension after the batch.
        int[] dimensions = [layer.Mean.Length, .. Enumerable.Repeat(1, export.InputShape.Rank - 1)];
        string mean = export.Constant("mean", dimensions, layer.Mean.AsSpan());
        string deviation = export.Constant("deviation", dimensions, layer.StandardDeviation.AsSpan());
        return export.Emit("Div", [export.Step("Sub", [export.Input, mean]), deviation]);
    }

    /// <summary>A parameter of one value a channel, so that it lies along the channels of the input.</summary>
    public static string OfChannels(LayerExport export, string parameter)
    {
        string value = export.Parameter(parameter);
        int rank = export.InputShape.Rank;
        return rank == 1
            ? value
            : export.Step("Reshape", [value, export.Constant("channels", [-1, .. Enumerable.Repeat(1L, rank - 1)])]);
    }

    private static string Filled(LayerExport export, string name, ReadOnlySpan<int> dimensions, float value)
    {
        float[] values = new float[new TensorShape(dimensions).Size];
        Array.Fill(values, value);
        return export.Constant(name, dimensions, values);
    }
}
