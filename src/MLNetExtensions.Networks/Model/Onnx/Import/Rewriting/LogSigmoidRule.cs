namespace MLNetExtensions.Networks.Onnx;

/// <summary>log(sigmoid(x)).</summary>
internal static class LogSigmoidRule
{
    public static NodeProto? Match(OnnxGraph graph, NodeProto node) =>
        node.OpType == "Log" && graph.Producer(node.InputAt(0), "Sigmoid") is { } sigmoid
            ? new() { OpType = "LogSigmoid", Domain = GraphRewriting.Domain, Input = { sigmoid.InputAt(0) } }
            : null;
}
