namespace MLNetExtensions.Networks.Onnx;

/// <summary>Masks: comparisons whose truth values are cast to numbers.</summary>
internal static class MaskExport
{
    /// <summary>The first opset whose Equal takes floating-point numbers.</summary>
    private const int EqualOfSingles = 11;

    private static AttributeProto ToSingle => OnnxAttribute.Int("to", (long)TensorProto.Types.DataType.Float);

    public static string PaddingMask(PaddingMask layer, LayerExport export)
    {
        string padding = export.Constant("padding", (double)layer.PaddingIndex);
        if (export.Opset >= EqualOfSingles)
            return export.Emit("Cast", [export.Step("Not", [export.Step("Equal", [export.Input, padding])])], ToSingle);
        string distance = export.Step("Abs", [export.Step("Sub", [export.Input, padding])]);
        return export.Emit("Cast", [export.Step("Greater", [distance, export.Constant("zero", 0.0)])], ToSingle);
    }

    public static string SequenceMask(SequenceMask layer, LayerExport export)
    {
        float[] places = [.. Enumerable.Range(0, layer.MaxLength)];
        string length = export.InputShape.Rank == 1
            ? export.Input
            : export.Step("Reshape", [export.Input, export.Constant("length", [-1L, 1L])]);
        return export.Emit(
            "Cast", [export.Step("Greater", [length, export.Constant("places", [layer.MaxLength], places)])], ToSingle);
    }
}
