namespace MLNetExtensions.Networks.Onnx;

/// <summary>Puts together again what exporters took apart: each rule looks at the node that ends a pattern, and puts the one
/// operator that the pattern computes in its place.</summary>
internal static class GraphRewriting
{
    /// <summary>The domain of operators that patterns compute and ONNX does not have.</summary>
    public const string Domain = "mlnetextensions";

    private static readonly Func<OnnxGraph, NodeProto, NodeProto?>[] Rules =
    [
        SiluRule.Match, GeluRule.Match, SoftplusRule.Match, LogSigmoidRule.Match, SoftmaxRule.Match, LocalResponseNormRule.Match,
        LayerNormRule.Match, LayerNormRule.MatchWeight, LayerNormRule.MatchBias, MaskRule.Match, AttentionRule.Match,
    ];

    public static void Rewrite(OnnxGraph graph, IReadOnlyList<string> outputs)
    {
        foreach (NodeProto node in graph.NodesFor(outputs))
        {
            NodeProto? whole = Rules.Select(rule => rule(graph, node)).FirstOrDefault(match => match is not null);
            if (whole is null)
                continue;
            whole.Name = node.Name;
            whole.Output.Add(node.Output[0]);
            graph.Replace(node.Output[0], whole);
        }
    }

    /// <summary>The node of an operator that gives a value; null when another gives it.</summary>
    public static NodeProto? Producer(this OnnxGraph graph, string value, string operation) =>
        graph.Producer(value) is { } node && node.OpType == operation && node.Domain is "" or "ai.onnx" ? node : null;

    /// <summary>The name of an input; empty, as that of one which is left out, where a broken file has fewer.</summary>
    public static string InputAt(this NodeProto node, int index) => index < node.Input.Count ? node.Input[index] : "";

    /// <summary>Whether a value is one constant number.</summary>
    public static bool IsNumber(this OnnxGraph graph, string value, double number) =>
        graph.Number(value) is { } actual && Math.Abs(actual - number) <= 1e-3 * Math.Abs(number);

    /// <summary>The constant number that a value is; null when it is no single number.</summary>
    public static double? Number(this OnnxGraph graph, string value) =>
        graph.LiteralDims(value) is { } dims && dims.All(dim => dim == 1) && graph.Literal(value) is { Count: 1 } constant
            ? NodeImport.Decimal(constant.ToFloats()[0])
            : null;

    /// <summary>The inputs of a node of two, the one that <paramref name="isSecond"/> accepts as the second.</summary>
    public static (string First, string Second)? Ordered(this NodeProto? node, Func<string, bool> isSecond) => node switch
    {
        { Input: [string first, string second] } when isSecond(second) => (first, second),
        { Input: [string first, string second] } when isSecond(first) => (second, first),
        _ => null,
    };
}
