namespace MLNetExtensions.Networks.Onnx;

/// <summary>x · sigmoid(x), which had no operator before opset 24.</summary>
internal static class SiluRule
{
    public static NodeProto? Match(OnnxGraph graph, NodeProto node)
    {
        if (node.OpType != "Mul")
            return null;
        var factors = node.Ordered(value => graph.Producer(value, "Sigmoid") is not null);
        return factors is { } pair && graph.Producer(pair.Second)!.InputAt(0) == pair.First
            ? new() { OpType = "Swish", Input = { pair.First } }
            : null;
    }
}
