namespace MLNetExtensions.Networks.Onnx;

/// <summary>softmax(Q·Kᵀ·scale)·V of several heads, the scale at Q, at the product or at K: attention as exporters leave it,
/// without a mask. K comes as it is multiplied, with places last.</summary>
internal static class AttentionRule
{
    public static NodeProto? Match(OnnxGraph graph, NodeProto node)
    {
        if (node is not { OpType: "MatMul", Input: [string weights, string values] }
            || graph.Producer(weights, "Softmax") is not { } softmax
            || (softmax.Attribute.FirstOrDefault(attribute => attribute.Name == "axis")?.I ?? LastAxis(graph)) is not { } axis
            || axis is not (-1 or 3))
            return null;
        double scale = 1;
        string scores = Unscaled(softmax.InputAt(0));
        if (graph.Producer(scores, "MatMul") is not { Input: [string queries, string keys] }
            || graph.LiteralDims(queries) is not null || graph.LiteralDims(keys) is not null)
            return null;
        (queries, keys) = (Unscaled(queries), Unscaled(keys));
        return new()
        {
            OpType = "Attention", Domain = GraphRewriting.Domain, Input = { queries, keys, values },
            Attribute = { OnnxAttribute.Float("scale", scale), OnnxAttribute.Int("axis", axis) },
        };

        // What is multiplied by a number, which goes into the scale.
        string Unscaled(string value)
        {
            NodeProto? factor = graph.Producer(value);
            if (factor?.OpType == "Mul" && factor.Ordered(other => graph.Number(other) is not null) is var (product, number))
            {
                scale *= graph.Number(number)!.Value;
                return product;
            }
            if (factor is { OpType: "Div", Input: [string dividend, string divisor] } && graph.Number(divisor) is { } divided)
            {
                scale /= divided;
                return dividend;
            }
            return value;
        }
    }

    // Before, a softmax that names no axis took all behind the first.
    private static long? LastAxis(OnnxGraph graph) => graph.Opset >= ActivationImport.SoftmaxOfOneAxisOpset ? -1 : null;
}
