namespace MLNetExtensions.Networks.Onnx;

/// <summary>Enlarging images.</summary>
internal static class UpsampleExport
{
    /// <summary>The operator's first name was Upsample.</summary>
    private const int ResizeOpset = 10;

    /// <summary>Before, pixels had no other places than those of a nearest neighbour.</summary>
    private const int PlacesOpset = 11;

    /// <summary>Before, the region of interest had to be there, if empty.</summary>
    private const int OptionalRegionOpset = 13;

    public static string Upsample(Upsample layer, LayerExport export)
    {
        float[] factors = [1, 1, layer.ScaleFactor.Height, layer.ScaleFactor.Width];
        string scales = export.Constant("scales", [factors.Length], factors);
        if (export.Opset < PlacesOpset)
            return layer.Mode == UpsampleMode.Nearest
                ? export.Emit(
                    export.Opset < ResizeOpset ? "Upsample" : "Resize", [export.Input, scales],
                    OnnxAttribute.String("mode", "nearest"))
                : throw export.NotSupported($"before opset {PlacesOpset} interpolated pixels lie elsewhere.");
        string region = export.Opset >= OptionalRegionOpset ? "" : export.Constant("roi", [0], []);
        string[] inputs = [export.Input, region, scales];
        return layer.Mode == UpsampleMode.Nearest
            ? export.Emit(
                "Resize", inputs, OnnxAttribute.String("mode", "nearest"), OnnxAttribute.String("nearest_mode", "floor"),
                OnnxAttribute.String("coordinate_transformation_mode", "asymmetric"))
            : export.Emit(
                "Resize", inputs, OnnxAttribute.String("mode", "linear"),
                OnnxAttribute.String("coordinate_transformation_mode", layer.AlignCorners ? "align_corners" : "half_pixel"));
    }
}
