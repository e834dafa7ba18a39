namespace MLNetExtensions.Networks.Onnx;

/// <summary>Tables that ids are looked up in.</summary>
internal static class EmbeddingExport
{
    private static AttributeProto ToInt64 => OnnxAttribute.Int("to", (long)TensorProto.Types.DataType.Int64);

    /// <summary>Ids come as numbers, as they do here.</summary>
    public static string Embedding(LayerExport export) =>
        export.Emit("Gather", [export.Parameter("weight"), export.Step("Cast", [export.Input], ToInt64)]);
}
