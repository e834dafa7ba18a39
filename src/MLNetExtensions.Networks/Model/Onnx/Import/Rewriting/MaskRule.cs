namespace MLNetExtensions.Networks.Onnx;

/// <summary>Comparisons cast to numbers that are masks: whether an id is not that of padding, and whether a place is below a
/// length.</summary>
internal static class MaskRule
{
    public static NodeProto? Match(OnnxGraph graph, NodeProto node)
    {
        if (node is not { OpType: "Cast", Input: [string truth] })
            return null;
        if (Unequal(graph, truth).Ordered(value => graph.Number(value) is { } id && id % 1 == 0 && AreFlat(value))
            is var (ids, padding))
            return Mask("PaddingMask", ids, "padding", (long)graph.Number(padding)!.Value);
        return graph.Producer(truth, "Greater") is { Input: [string length, string bounds] }
            && AreFlat(bounds) && graph.Literal(bounds)?.ToFloats() is { } places
            && places.Select((place, i) => place == i).All(isPlace => isPlace)
            ? Mask("SequenceMask", length, "length", places.Length)
            : null;

        // Of more dimensions, they would give the mask some that the other value does not have.
        bool AreFlat(string value) => graph.LiteralDims(value) is { Length: <= 1 };
    }

    /// <summary>A node whose inputs are compared; null when the value does not tell whether they differ.</summary>
    private static NodeProto? Unequal(OnnxGraph graph, string truth)
    {
        if (graph.Producer(truth, "Not")?.InputAt(0) is { } isEqual)
            return graph.Producer(isEqual, "Equal");
        return graph.Producer(truth, "Or") is { Input: [string first, string second] }
            && graph.Producer(first, "Less") is { } less && graph.Producer(second, "Greater") is { } greater
            && less.Input.SequenceEqual(greater.Input)
            ? less
            : null;
    }

    private static NodeProto Mask(string operation, string input, string attribute, long value) => new()
    {
        OpType = operation, Domain = GraphRewriting.Domain, Input = { input },
        Attribute = { OnnxAttribute.Int(attribute, value) },
    };
}
