namespace MLNetExtensions.Networks.Onnx;

/// <summary>Linear layers.</summary>
internal static class LinearExport
{
    private const int GemmWithoutBiasOpset = 11;

    public static string Linear(Linear layer, LayerExport export)
    {
        string weight = export.Parameter("weight");
        if (export.InputShape.Rank == 1 && (layer.Bias || export.Opset >= GemmWithoutBiasOpset))
        {
            return export.Emit(
                "Gemm",
                [export.Input, weight, .. layer.Bias ? [export.Parameter("bias")] : Array.Empty<string>()],
                OnnxAttribute.Int("transB", 1));
        }
        // Gemm takes matrices only. The weight keeps its layout, and tools transpose it once when they load the model.
        string transposed = export.Step("Transpose", [weight], OnnxAttribute.Ints("perm", 1, 0));
        return layer.Bias
            ? export.Emit("Add", [export.Step("MatMul", [export.Input, transposed]), export.Parameter("bias")])
            : export.Emit("MatMul", [export.Input, transposed]);
    }
}
