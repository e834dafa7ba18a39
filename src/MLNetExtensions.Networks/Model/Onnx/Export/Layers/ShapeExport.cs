namespace MLNetExtensions.Networks.Onnx;

/// <summary>Layers that rearrange values or pass them on.</summary>
internal static class ShapeExport
{
    /// <summary>From here on Pad takes its sizes and value as inputs.</summary>
    public const int PadOfInputsOpset = 11;

    private const int DropoutOfInputsOpset = 12, SliceOfInputsOpset = 10;

    // The identity while scoring; the probability is for whoever trains on.
    public static string Dropout(Dropout layer, LayerExport export) => export.Opset >= DropoutOfInputsOpset
        ? export.Emit("Dropout", [export.Input, export.Constant("ratio", layer.Probability)])
        : export.Emit("Dropout", OnnxAttribute.Float("ratio", layer.Probability));

    public static string Flatten(LayerExport export) => export.Emit("Flatten", OnnxAttribute.Int("axis", 1));

    // A zero keeps the batch, whatever its size.
    public static string Reshape(LayerExport export) => export.Emit(
        "Reshape",
        [export.Input, export.Constant("shape", [0, .. export.OutputShape.Dimensions.ToArray().Select(size => (long)size)])]);

    public static string Permute(Permute layer, LayerExport export) => export.Emit(
        "Transpose", OnnxAttribute.Ints("perm", [0, .. layer.Dimensions.Select(dimension => dimension + 1L)]));

    public static string Pad(Pad layer, LayerExport export)
    {
        int rank = export.InputShape.Rank;
        long[] pads = new long[2 * (rank + 1)];
        for (int i = 0; i < layer.Padding.Length / 2; i++)
            (pads[rank - i], pads[2 * rank + 1 - i]) = (layer.Padding[2 * i], layer.Padding[2 * i + 1]);
        AttributeProto mode = OnnxAttribute.String("mode", layer.Mode switch
        {
            PadMode.Reflect => "reflect",
            PadMode.Replicate => "edge",
            _ => "constant",
        });
        bool isConstant = layer.Mode == PadMode.Constant;
        if (export.Opset < PadOfInputsOpset)
        {
            return isConstant
                ? export.Emit("Pad", mode, OnnxAttribute.Ints("pads", pads), OnnxAttribute.Float("value", layer.Value))
                : export.Emit("Pad", mode, OnnxAttribute.Ints("pads", pads));
        }
        string[] inputs = [export.Input, export.Constant("pads", pads)];
        return export.Emit("Pad", isConstant ? [.. inputs, export.Constant("value", layer.Value)] : inputs, mode);
    }

    public static string Slice(Slice layer, LayerExport export)
    {
        (int dimension, int first, int count) = layer.Range(export.InputShape);
        (long axis, long end) = (dimension + 1, first + (count - 1L) * layer.Step + 1);
        if (export.Opset >= SliceOfInputsOpset)
            return export.Emit(
                "Slice",
                [
                    export.Input, Number("starts", first), Number("ends", end), Number("axes", axis), Number("steps", layer.Step),
                ]);
        if (layer.Step != 1)
            throw export.NotSupported($"before opset {SliceOfInputsOpset} a slice has no steps.");
        return export.Emit(
            "Slice",
            OnnxAttribute.Ints("starts", first), OnnxAttribute.Ints("ends", end), OnnxAttribute.Ints("axes", axis));

        string Number(string name, long value) => export.Constant(name, [value]);
    }
}
