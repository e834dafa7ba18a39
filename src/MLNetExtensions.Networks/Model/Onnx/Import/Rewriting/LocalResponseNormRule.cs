namespace MLNetExtensions.Networks.Onnx;

/// <summary>x / (k + α · mean of neighbouring channels' x²)^β, with the mean as a pool over the channels as a dimension of their
/// own: how PyTorch writes local response normalisation.</summary>
internal static class LocalResponseNormRule
{
    /// <summary>Where the channels are once a dimension of one has been put before them.</summary>
    private const int ChannelAxis = 2;

    public static NodeProto? Match(OnnxGraph graph, NodeProto node)
    {
        if (node.OpType != "Div" || node.Input.Count != 2 || graph.Producer(node.Input[1], "Pow") is not { Input.Count: 2 } power)
            return null;
        if (graph.Number(power.InputAt(1)) is not { } beta
            || graph.Producer(power.InputAt(0), "Add").Ordered(value => graph.Number(value) is not null) is not { } sum
            || graph.Producer(sum.First, "Mul").Ordered(value => graph.Number(value) is not null) is not { } scaled
            || Size(graph, scaled.First, node.InputAt(0)) is not { } size)
            return null;
        return new()
        {
            OpType = "LRN", Domain = GraphRewriting.Domain, Input = { node.InputAt(0) },
            Attribute =
            {
                OnnxAttribute.Int("size", size), OnnxAttribute.Float("alpha", graph.Number(scaled.Second)!.Value),
                OnnxAttribute.Float("beta", beta), OnnxAttribute.Float("bias", graph.Number(sum.Second)!.Value),
            },
        };
    }

    /// <summary>The number of neighbours of a mean of <paramref name="x"/>'s squares; null when the value is none.</summary>
    private static long? Size(OnnxGraph graph, string value, string x)
    {
        long size = 0, before = 0, after = 0;
        for (NodeProto? node = graph.Producer(value); node is { Input.Count: > 0 }; node = graph.Producer(node.InputAt(0)))
        {
            switch (node.OpType)
            {
                case "Squeeze" or "Unsqueeze" or "Reshape":
                    break;
                case "AveragePool" when Attribute(node, "kernel_shape") is [var neighbours, .. var rest] && rest.All(n => n == 1):
                    size = neighbours;
                    if (Attribute(node, "pads") is { } pads)
                        (before, after) = (before + pads[0], after + pads[pads.Length / 2]);
                    break;
                case "Pad" when Pads(graph, node) is { Length: > 2 * ChannelAxis } zeros:
                    (before, after) = (before + zeros[ChannelAxis], after + zeros[zeros.Length / 2 + ChannelAxis]);
                    break;
                case "Mul" when node.Input.All(input => input == x):
                case "Pow" when node.InputAt(0) == x && graph.IsNumber(node.InputAt(1), 2):
                    return size > 0 && before == size / 2 && after == (size - 1) / 2 ? size : null;
                default:
                    return null;
            }
        }
        return null;
    }

    private static long[]? Pads(OnnxGraph graph, NodeProto node) =>
        Attribute(node, "pads") ?? (node.Input.Count > 1 ? graph.Folded(node.InputAt(1))?.ToIntegers() : null);

    private static long[]? Attribute(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.Ints.ToArray();
}
