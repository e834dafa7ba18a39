namespace MLNetExtensions.Networks.Onnx;

/// <summary>Enlarging images.</summary>
internal static class UpsampleExport
{
    /// <summary>Before, the region of interest had to be there, if empty.</summary>
    private const int OptionalRegionOpset = 13;

    public static string Upsample(Upsample layer, LayerExport export)
    {
        string region = export.Opset >= OptionalRegionOpset ? "" : export.Constant("roi", [0], []);
        float[] scales = [1, 1, layer.ScaleFactor.Height, layer.ScaleFactor.Width];
        string[] inputs = [export.Input, region, export.Constant("scales", [scales.Length], scales)];
        return layer.Mode == UpsampleMode.Nearest
            ? export.Emit(
                "Resize", inputs, OnnxAttribute.String("mode", "nearest"), OnnxAttribute.String("nearest_mode", "floor"),
                OnnxAttribute.String("coordinate_transformation_mode", "asymmetric"))
            : export.Emit(
                "Resize", inputs, OnnxAttribute.String("mode", "linear"),
                OnnxAttribute.String("coordinate_transformation_mode", layer.AlignCorners ? "align_corners" : "half_pixel"));
    }
}
