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

    /// <summary>[N×length] of 1 where a mask is above 0, and of 0 elsewhere.</summary>
    public static string Present(LayerExport export, string mask, int length)
    {
        string row = export.Step("Reshape", [mask, export.Constant("mask", -1, length)]);
        return export.Step("Cast", [export.Step("Greater", [row, export.Constant("zero", 0.0)])], ToSingle);
    }

    /// <summary>[N]: how many steps of each sequence count.</summary>
    public static string Lengths(LayerExport export, string present, int length)
    {
        string sum = export.Step("Mul", [export.Reduced("ReduceMean", present, 1), export.Constant("steps", (double)length)]);
        // A mean times a number may be a little less than whole.
        string rounded = export.Step("Add", [sum, export.Constant("half", 0.5)]);
        string row = export.Step("Reshape", [rounded, export.Constant("row", [-1])]);
        return export.Step("Cast", [row], OnnxAttribute.Int("to", (long)TensorProto.Types.DataType.Int32));
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
