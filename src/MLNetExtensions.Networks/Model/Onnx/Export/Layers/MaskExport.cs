namespace MLNetExtensions.Networks.Onnx;

/// <summary>Masks: comparisons whose truth values are cast to numbers.</summary>
internal static class MaskExport
{
    /// <summary>Before, Equal did not compare floating-point numbers.</summary>
    private const int EqualOfFloatsOpset = 11;

    private static AttributeProto ToSingle => OnnxAttribute.Int("to", (long)TensorProto.Types.DataType.Float);

    public static string PaddingMask(PaddingMask layer, LayerExport export)
    {
        string[] operands = [export.Input, export.Constant("padding", (double)layer.PaddingIndex)];
        string isWord = export.Opset >= EqualOfFloatsOpset
            ? export.Step("Not", [export.Step("Equal", operands)])
            : export.Step("Or", [export.Step("Less", operands), export.Step("Greater", operands)]);
        return export.Emit("Cast", [isWord], ToSingle);
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
