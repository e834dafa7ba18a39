namespace MLNetExtensions.Networks.Onnx;

/// <summary>Layers of several inputs.</summary>
internal static class MergingExport
{
    public static string Add(LayerExport export) => export.Emit(export.Inputs.Count == 2 ? "Add" : "Sum", export.Inputs);

    public static string Concat(LayerExport export) => export.Emit("Concat", export.Inputs, OnnxAttribute.Int("axis", 1));

    public static string MeanSquaredDifference(LayerExport export)
    {
        string difference = export.Step("Sub", export.Inputs);
        string square = export.Step("Mul", [difference, difference]);
        string row = export.Step("Flatten", [square], OnnxAttribute.Int("axis", 1));
        return PoolingExport.Mean(export, row, axis: 1, keepDimension: true);
    }
}
