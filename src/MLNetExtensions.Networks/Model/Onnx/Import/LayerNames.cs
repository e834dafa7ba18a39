namespace MLNetExtensions.Networks.Onnx;

/// <summary>What an imported layer is called.</summary>
internal static class LayerNames
{
    private static readonly string[] WeightSuffixes = [".weight", "/weight", "/kernel", "/kernel:0", "/gamma", "/gamma:0"];

    /// <summary>The name of a layer: its weight's without <c>.weight</c>, so that parameters keep the names of PyTorch; else the
    /// node's as a dotted path, as torchvision names modules (<c>/layer1/layer1.0/relu/Relu</c> is <c>layer1.0.relu</c>); else
    /// operator and value.</summary>
    public static string Of(NodeProto node, string? weight)
    {
        if (weight is not null
            && WeightSuffixes.FirstOrDefault(suffix => weight.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix
            && weight.Length > suffix.Length)
            return Path(weight[..^suffix.Length].Split('/', StringSplitOptions.RemoveEmptyEntries), node);
        return Path(node.Name.Split('/', StringSplitOptions.RemoveEmptyEntries), node);
    }

    private static string Path(string[] segments, NodeProto node)
    {
        if (segments.Length > 1 && segments[^1] == node.OpType)
            segments = segments[..^1];
        List<string> path = [];
        foreach (string segment in segments)
        {
            // PyTorch names a module of a list by the list and its index, below the list.
            if (path.Count > 0 && segment.StartsWith($"{path[^1]}.", StringComparison.Ordinal))
                path.RemoveAt(path.Count - 1);
            path.Add(segment);
        }
        return path.Count > 0 ? string.Join('.', path) : $"{node.OpType}_{node.Output.FirstOrDefault()}";
    }
}
