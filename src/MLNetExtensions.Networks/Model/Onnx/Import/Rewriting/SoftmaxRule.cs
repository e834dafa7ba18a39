namespace MLNetExtensions.Networks.Onnx;

/// <summary>A softmax between two transpositions that undo each other: how exporters wrote one along another axis than the last
/// before opset 13.</summary>
internal static class SoftmaxRule
{
    public static NodeProto? Match(OnnxGraph graph, NodeProto node)
    {
        if (node.OpType != "Transpose" || graph.Producer(node.InputAt(0)) is not { OpType: "Softmax" or "LogSoftmax" } softmax
            || graph.Producer(softmax.InputAt(0), "Transpose") is not { } first)
            return null;
        long[]? there = Order(first), back = Order(node);
        int last = (there?.Length ?? 0) - 1;
        long missing = graph.Opset < ActivationImport.SoftmaxOfOneAxisOpset ? 1 : last;
        long axis = softmax.Attribute.FirstOrDefault(attribute => attribute.Name == "axis")?.I ?? missing;
        bool undone = there is not null && back?.Length == there.Length
            && back.Index().All(pair => pair.Item >= 0 && pair.Item <= last && there[pair.Item] == pair.Index);
        if (!undone || (axis != last && axis != -1))
            return null;
        return new()
        {
            OpType = softmax.OpType, Domain = GraphRewriting.Domain, Input = { first.InputAt(0) },
            Attribute = { OnnxAttribute.Int("axis", there![last]) },
        };
    }

    private static long[]? Order(NodeProto node) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == "perm")?.Ints.ToArray();
}
