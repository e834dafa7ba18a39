namespace MLNetExtensions.Networks.Onnx;

/// <summary>Attention and the positions of a sequence, of matrix products, softmax and sums.</summary>
internal static class AttentionExport
{
    /// <summary>What is added to a masked score: so much that nothing comes of it, and finite, for where all are
    /// masked.</summary>
    private const float Masked = -1e30f;

    private static AttributeProto ToSingle => OnnxAttribute.Int("to", (long)TensorProto.Types.DataType.Float);

    public static string Attention(ScaledDotProductAttention layer, LayerExport export)
    {
        (int length, int features) = (export.OutputShape[0], export.OutputShape[1]);
        string[] parts = Parts(export, export.Input, length, 3, layer.NumHeads, features);
        string[] masks = [.. KeyMask(export, 1, length), .. layer.Causal ? [CausalMask(export, length)] : Array.Empty<string>()];
        return Attend(export, parts, layer.NumHeads, masks);
    }

    public static string CrossAttention(CrossAttention layer, LayerExport export)
    {
        (int queries, int features) = (export.OutputShape[0], export.OutputShape[1]);
        int keys = export.ShapeOf(1)[0];
        string[] parts =
        [
            .. Parts(export, export.Input, queries, 1, layer.NumHeads, features),
            .. Parts(export, export.Inputs[1], keys, 2, layer.NumHeads, features),
        ];
        return Attend(export, parts, layer.NumHeads, [.. KeyMask(export, 2, keys)]);
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

    /// <param name="export">The layer.</param>
    /// <param name="parts">Queries, keys and values, [batch×heads×places×size].</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="masks">Each of 1 where a query looks at a key and 0 where not, for [batch×heads×queries×keys].</param>
    private static string Attend(LayerExport export, string[] parts, int heads, string[] masks)
    {
        (int length, int features) = (export.OutputShape[0], export.OutputShape[1]);
        string scale = export.Constant("scale", 1 / Math.Sqrt(features / heads));
        string keys = export.Step("Transpose", [parts[1]], OnnxAttribute.Ints("perm", 0, 1, 3, 2));
        string scores = export.Step("MatMul", [export.Step("Mul", [parts[0], scale]), keys]);
        string means = export.Step("MatMul", [Softmax(scores, masks, export), parts[2]]);
        return export.Emit(
            "Reshape",
            [
                export.Step("Transpose", [means], OnnxAttribute.Ints("perm", 0, 2, 1, 3)),
                export.Constant("shape", [0L, length, features]),
            ]);
    }

    private static IEnumerable<string> KeyMask(LayerExport export, int input, int length)
    {
        if (export.Inputs.Count <= input)
            yield break;
        string isKey = export.Step("Greater", [export.Inputs[input], export.Constant("zero", 0.0)]);
        yield return export.Step(
            "Reshape", [export.Step("Cast", [isKey], ToSingle), export.Constant("keys", [-1L, 1, 1, length])]);
    }

    private static string CausalMask(LayerExport export, int length)
    {
        float[] isBefore = [.. Enumerable.Range(0, length * length).Select(i => i % length <= i / length ? 1f : 0)];
        return export.Constant("causal", [length, length], isBefore);
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

    /// <summary>What lies side by side, [batch×places×count·features], each by itself as [batch×heads×places×size].</summary>
    private static string[] Parts(LayerExport export, string value, int places, int count, int heads, int features)
    {
        int size = features / heads;
        string split = export.Step("Reshape", [value, export.Constant("heads", [0L, places, count, heads, size])]);
        // [count×batch×heads×places×size]
        string parts = export.Step("Transpose", [split], OnnxAttribute.Ints("perm", 2, 0, 3, 1, 4));
        return [.. Enumerable.Range(0, count).Select(index =>
        {
            // The index is a vector of one, so the dimension of the parts stays and goes by the reshaping.
            string part = count == 1 ? parts : export.Step("Gather", [parts, export.Constant("part", [(long)index])]);
            return export.Step("Reshape", [part, export.Constant("part shape", [-1L, heads, places, size])]);
        })];
    }
}
