namespace MLNetExtensions.Networks.Onnx;

/// <summary>Layers of series.</summary>
internal static class SeriesExport
{
    public static string MovingAverage(MovingAverage layer, LayerExport export)
    {
        long half = layer.KernelSize / 2;
        AttributeProto edge = OnnxAttribute.String("mode", "edge");
        string padded = export.Opset >= ShapeExport.PadOfInputsOpset
            ? export.Step("Pad", [export.Input, export.Constant("pads", 0, 0, half, 0, 0, half)], edge)
            : export.Step("Pad", [export.Input], edge, OnnxAttribute.Ints("pads", 0, 0, half, 0, 0, half));
        return export.Emit("AveragePool", [padded], OnnxAttribute.Ints("kernel_shape", layer.KernelSize));
    }

    public static string ReverseInstanceNorm(ReverseInstanceNorm layer, LayerExport export)
    {
        string series = export.Inputs[1], mean = export.Reduced("ReduceMean", series, 2);
        string centred = export.Step("Sub", [series, mean]);
        string variance = export.Reduced("ReduceMean", export.Step("Mul", [centred, centred]), 2);
        string deviation = export.Step("Sqrt", [export.Step("Add", [variance, export.Constant("epsilon", layer.Epsilon)])]);
        return export.Emit("Add", [export.Step("Mul", [export.Input, deviation]), mean]);
    }
}
