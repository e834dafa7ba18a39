namespace MLNetExtensions.Networks.Onnx;

/// <summary>Masks: comparisons whose truth values are cast to numbers.</summary>
internal static class MaskExport
{
    private static AttributeProto ToSingle => OnnxAttribute.Int("to", (long)TensorProto.Types.DataType.Float);

    public static string PaddingMask(PaddingMask layer, LayerExport export)
    {
        string isPadding = export.Step("Equal", [export.Input, export.Constant("padding", (double)layer.PaddingIndex)]);
        return export.Emit("Cast", [export.Step("Not", [isPadding])], ToSingle);
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
