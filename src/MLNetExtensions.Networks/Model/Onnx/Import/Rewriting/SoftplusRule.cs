namespace MLNetExtensions.Networks.Onnx;

/// <summary>x above a threshold, log(1 + e^(β·x))/β below: PyTorch's softplus with a low threshold.</summary>
internal static class SoftplusRule
{
    public static NodeProto? Match(OnnxGraph graph, NodeProto node)
    {
        if (node is not { OpType: "Where", Input: [string condition, string x, string smooth] }
            || graph.Producer(condition, "Greater") is not { Input: [string compared, string bound] }
            || compared != x || graph.Number(bound) is not { } threshold)
            return null;
        double beta = 1;
        if (graph.Producer(smooth, "Div").Ordered(value => graph.Number(value) is not null) is { } quotient)
            (smooth, beta) = (quotient.First, graph.Number(quotient.Second)!.Value);
        string? argument = graph.Producer(smooth, "Softplus")?.InputAt(0);
        if (argument is not null && beta != 1)
            argument = graph.Producer(argument, "Mul").Ordered(value => graph.IsNumber(value, beta))?.First;
        return argument != x ? null : new()
        {
            OpType = "Softplus", Domain = GraphRewriting.Domain, Input = { x },
            Attribute = { OnnxAttribute.Float("beta", beta), OnnxAttribute.Float("threshold", threshold * beta) },
        };
    }
}
