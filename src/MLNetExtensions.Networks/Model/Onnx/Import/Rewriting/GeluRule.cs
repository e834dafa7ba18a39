namespace MLNetExtensions.Networks.Onnx;

/// <summary>x · (1 + erf(x/√2)) / 2, the factors in any order: GELU before opset 20.</summary>
internal static class GeluRule
{
    public static NodeProto? Match(OnnxGraph graph, NodeProto node)
    {
        if (node.OpType != "Mul")
            return null;
        List<string> factors = [];
        Collect(node);
        if (factors.Count != 3)
            return null;
        string? half = factors.Find(factor => graph.IsNumber(factor, 0.5));
        string? sum = factors.Find(factor => ErfArgument(factor) is not null);
        if (half is null || sum is null)
            return null;
        factors.Remove(half);
        factors.Remove(sum);
        return ErfArgument(sum) == factors[0] ? new() { OpType = "Gelu", Input = { factors[0] } } : null;

        void Collect(NodeProto product)
        {
            foreach (string factor in product.Input)
            {
                if (factors.Count < 4 && graph.Producer(factor, "Mul") is { } inner)
                    Collect(inner);
                else
                    factors.Add(factor);
            }
        }

        // The x of 1 + erf(x/√2).
        string? ErfArgument(string value)
        {
            string? erf = graph.Producer(value, "Add").Ordered(one => graph.IsNumber(one, 1))?.First;
            NodeProto? scaled = erf is null ? null : graph.Producer(graph.Producer(erf, "Erf")?.InputAt(0) ?? "");
            return scaled?.OpType switch
            {
                "Div" when graph.IsNumber(scaled.InputAt(1), Math.Sqrt(2)) => scaled.InputAt(0),
                "Mul" => scaled.Ordered(root => graph.IsNumber(root, Math.Sqrt(0.5)))?.First,
                _ => null,
            };
        }
    }
}
