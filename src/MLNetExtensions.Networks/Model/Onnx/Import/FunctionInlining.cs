namespace MLNetExtensions.Networks.Onnx;

/// <summary>Puts the bodies of functions that a model defines itself (as PyTorch's newer exporter does) in the place of the nodes
/// that call them.</summary>
internal static class FunctionInlining
{
    /// <summary>More nodes than any network has; a file that says more was made to exhaust memory.</summary>
    private const int MaxNodes = 1_000_000;

    private const int MaxDepth = 32;

    /// <exception cref="FormatException">Functions call each other without end.</exception>
    public static List<NodeProto> Inline(IEnumerable<NodeProto> nodes, IReadOnlyCollection<FunctionProto> functions)
    {
        List<NodeProto> result = [];
        Dictionary<(string, string), FunctionProto> known = [];
        foreach (FunctionProto function in functions)
            known[(function.Domain, function.Name)] = function;
        Expand(nodes, 0);
        return result;

        void Expand(IEnumerable<NodeProto> nodes, int depth)
        {
            foreach (NodeProto node in nodes)
            {
                if (known.TryGetValue((node.Domain, node.OpType), out FunctionProto? function))
                {
                    if (depth == MaxDepth)
                        throw new FormatException($"functions call each other more than {MaxDepth} deep.");
                    Expand(Body(node, function), depth + 1);
                }
                else
                {
                    result.Add(node);
                }
                if (result.Count > MaxNodes)
                    throw new FormatException($"it has more than {MaxNodes:N0} nodes.");
            }
        }
    }

    /// <summary>The nodes of a function with the values and attributes of a call.</summary>
    private static IEnumerable<NodeProto> Body(NodeProto call, FunctionProto function)
    {
        string scope = call.Name.Length > 0 ? call.Name : call.Output.FirstOrDefault() ?? "";
        Dictionary<string, string> values = [];
        for (int i = 0; i < function.Input.Count; i++)
            values[function.Input[i]] = i < call.Input.Count ? call.Input[i] : "";
        for (int i = 0; i < function.Output.Count; i++)
            values[function.Output[i]] = i < call.Output.Count ? call.Output[i] : $"{scope}/{function.Output[i]}";

        foreach (NodeProto node in function.Node)
        {
            NodeProto copy = node.Clone();
            copy.Name = $"{scope}/{node.Name}";
            for (int i = 0; i < copy.Input.Count; i++)
                copy.Input[i] = Value(copy.Input[i]);
            for (int i = 0; i < copy.Output.Count; i++)
                copy.Output[i] = Value(copy.Output[i]);
            copy.Attribute.Clear();
            foreach (AttributeProto attribute in node.Attribute)
            {
                AttributeProto? actual = attribute.RefAttrName.Length == 0
                    ? attribute
                    : call.Attribute.FirstOrDefault(given => given.Name == attribute.RefAttrName)
                        ?? function.AttributeProto.FirstOrDefault(preset => preset.Name == attribute.RefAttrName);
                if (actual is null)
                    continue;
                actual = actual.Clone();
                actual.Name = attribute.Name;
                copy.Attribute.Add(actual);
            }
            yield return copy;
        }

        string Value(string name) =>
            name.Length == 0 ? "" : values.TryGetValue(name, out string? value) ? value : $"{scope}/{name}";
    }
}
