namespace MLNetExtensions.Networks.Onnx;

/// <summary>(x − mean) / √(mean((x − mean)²) + ε) over the last axes, times a weight, plus a bias: layer normalisation before
/// opset 17.</summary>
internal static class LayerNormRule
{
    public static NodeProto? Match(OnnxGraph graph, NodeProto node)
    {
        if (node.OpType != "Div" || node.Input.Count != 2)
            return null;
        string centred = node.InputAt(0);
        NodeProto? difference = graph.Producer(centred, "Sub");
        NodeProto? mean = difference is null ? null : graph.Producer(difference.InputAt(1), "ReduceMean");
        NodeProto? root = graph.Producer(node.InputAt(1), "Sqrt");
        NodeProto? sum = root is null ? null : graph.Producer(root.InputAt(0), "Add");
        if (sum.Ordered(value => graph.Number(value) is not null) is not { } variance || mean is null
            || mean.InputAt(0) != difference!.InputAt(0) || Axes(graph, mean) is not { } axes)
            return null;
        NodeProto? meanSquare = graph.Producer(variance.First, "ReduceMean");
        if (meanSquare is null || Axes(graph, meanSquare) is not { } squareAxes || !squareAxes.SequenceEqual(axes))
            return null;
        NodeProto? square = graph.Producer(meanSquare.InputAt(0));
        bool isSquare = square?.OpType switch
        {
            "Pow" => square.InputAt(0) == centred && graph.IsNumber(square.InputAt(1), 2),
            "Mul" => square.Input.All(input => input == centred),
            _ => false,
        };
        // −n … −1, so that the normalised dimensions are the last whatever the rank.
        if (!isSquare || !axes.SequenceEqual(Enumerable.Range(-axes.Length, axes.Length).Select(axis => (long)axis)))
            return null;
        return new()
        {
            OpType = "LayerNormalization",
            Input = { mean.InputAt(0) },
            Attribute =
            {
                OnnxAttribute.Int("axis", axes[0]), OnnxAttribute.Float("epsilon", graph.Number(variance.Second)!.Value),
            },
        };
    }

    /// <summary>The product of what <see cref="Match"/> found with a weight.</summary>
    public static NodeProto? MatchWeight(OnnxGraph graph, NodeProto node) => MatchParameter(graph, node, "Mul", inputs: 1);

    /// <summary>The sum of what <see cref="MatchWeight"/> found and a bias.</summary>
    public static NodeProto? MatchBias(OnnxGraph graph, NodeProto node) => MatchParameter(graph, node, "Add", inputs: 2);

    private static NodeProto? MatchParameter(OnnxGraph graph, NodeProto node, string operation, int inputs)
    {
        if (node.OpType != operation)
            return null;
        var pair = node.Ordered(value => graph.LiteralDims(value) is not null);
        if (pair is null || graph.Producer(pair.Value.First, "LayerNormalization") is not { } norm || norm.Input.Count != inputs)
            return null;
        // A parameter has the normalised dimensions, the last ones.
        long axis = norm.Attribute.First(attribute => attribute.Name == "axis").I;
        if (axis != -graph.LiteralDims(pair.Value.Second)!.Length)
            return null;
        NodeProto whole = norm.Clone();
        whole.Output.Clear();
        whole.Input.Add(pair.Value.Second);
        return whole;
    }

    private static long[]? Axes(OnnxGraph graph, NodeProto node)
    {
        AttributeProto? attribute = node.Attribute.FirstOrDefault(attribute => attribute.Name == "axes");
        bool keeps = node.Attribute.All(attribute => attribute.Name != "keepdims" || attribute.I != 0);
        return !keeps ? null
            : attribute is not null ? [.. attribute.Ints.Order()]
            : node.Input.Count > 1 && node.InputAt(1).Length > 0
                ? graph.Literal(node.InputAt(1))?.ToIntegers().Order().ToArray()
                : null;
    }
}
