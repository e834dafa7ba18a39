namespace MLNetExtensions.Networks.Onnx;

/// <summary>Attention and the positions of a sequence, of matrix products, softmax and sums.</summary>
internal static class AttentionExport
{
    /// <summary>What is added to a masked score: so much that nothing comes of it, and finite, for where all are masked.</summary>
    private const float Masked = -1e30f;

    private static AttributeProto ToSingle => OnnxAttribute.Int("to", (long)TensorProto.Types.DataType.Float);

    public static string Attention(ScaledDotProductAttention layer, LayerExport export)
    {
        (int length, int features) = (export.OutputShape[0], export.OutputShape[1]);
        int size = features / layer.NumHeads;
        long[] shape = [-1, layer.NumHeads, length, size];
        string heads = export.Step(
            "Reshape", [export.Input, export.Constant("heads", [0L, length, 3, layer.NumHeads, size])]);
        // [3×batch×heads×length×size]
        string parts = export.Step("Transpose", [heads], OnnxAttribute.Ints("perm", 2, 0, 3, 1, 4));
        string scale = export.Constant("scale", 1 / Math.Sqrt(size));
        string keys = export.Step("Transpose", [Part(export, parts, 1, shape)], OnnxAttribute.Ints("perm", 0, 1, 3, 2));
        string scores = export.Step("MatMul", [export.Step("Mul", [Part(export, parts, 0, shape), scale]), keys]);
        string weights = Softmax(scores, [.. Masks(layer, export, length)], export);
        string means = export.Step("MatMul", [weights, Part(export, parts, 2, shape)]);
        return export.Emit(
            "Reshape",
            [
                export.Step("Transpose", [means], OnnxAttribute.Ints("perm", 0, 2, 1, 3)),
                export.Constant("shape", [0L, length, features]),
            ]);
    }

    public static string LearnedPositions(LearnedPositions layer, LayerExport export)
    {
        int length = export.InputShape[0];
        string weight = export.Parameter("weight");
        string places = export.Constant("places", Enumerable.Range(0, length).Select(place => (long)place));
        return export.Emit(
            "Add", [export.Input, layer.MaxLength == length ? weight : export.Step("Gather", [weight, places])]);
    }

    public static string SinusoidalPositions(LayerExport export)
    {
        float[] values = [.. Networks.SinusoidalPositions.Values(export.InputShape).Select(value => (float)value)];
        return export.Emit("Add", [export.Input, export.Constant("positions", export.InputShape.Dimensions, values)]);
    }

    /// <summary>Each of 1 where a query looks at a key and 0 where not, for [batch×heads×queries×keys].</summary>
    private static IEnumerable<string> Masks(ScaledDotProductAttention layer, LayerExport export, int length)
    {
        if (export.Inputs.Count > 1)
        {
            string isKey = export.Step("Greater", [export.Inputs[1], export.Constant("zero", 0.0)]);
            yield return export.Step(
                "Reshape", [export.Step("Cast", [isKey], ToSingle), export.Constant("keys", [-1L, 1, 1, length])]);
        }
        if (layer.Causal)
        {
            float[] isBefore = [.. Enumerable.Range(0, length * length).Select(i => i % length <= i / length ? 1f : 0)];
            yield return export.Constant("causal", [length, length], isBefore);
        }
    }

    /// <summary>Masked scores go far down, and masked weights to 0: all of them where there is no key.</summary>
    private static string Softmax(string scores, string[] masks, LayerExport export)
    {
        foreach (string mask in masks)
        {
            string hidden = export.Step("Sub", [export.Constant("one", 1.0), mask]);
            scores = export.Step("Add", [scores, export.Step("Mul", [hidden, export.Constant("masked", (double)Masked)])]);
        }
        string weights = export.Step("Softmax", [scores], OnnxAttribute.Int("axis", 3));
        foreach (string mask in masks)
            weights = export.Step("Mul", [weights, mask]);
        return weights;
    }

    /// <summary>Queries, keys or values of what has all three.</summary>
    private static string Part(LayerExport export, string parts, long index, long[] shape)
    {
        // The index is a vector of one, so the dimension of the parts stays and goes by the reshaping.
        string part = export.Step("Gather", [parts, export.Constant("part", [index])]);
        return export.Step("Reshape", [part, export.Constant("part shape", shape)]);
    }
}
