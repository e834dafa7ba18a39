namespace MLNetExtensions.Networks.Onnx;

/// <summary>Layers of several inputs.</summary>
internal static class MergingExport
{
    public static string Add(LayerExport export) => export.Emit(export.Inputs.Count == 2 ? "Add" : "Sum", export.Inputs);

    public static string Concat(LayerExport export) => export.Emit("Concat", export.Inputs, OnnxAttribute.Int("axis", 1));
}
