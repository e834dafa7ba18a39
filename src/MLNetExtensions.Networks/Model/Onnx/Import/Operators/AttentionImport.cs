namespace MLNetExtensions.Networks.Onnx;

/// <summary>Attention: the operator of opset 23, and what <see cref="AttentionRule"/> finds.</summary>
internal static class AttentionImport
{
    public static OnnxValue Attention(NodeImport node) =>
        node.Proto.Domain == GraphRewriting.Domain ? OfPattern(node) : OfOperator(node);

    /// <summary>Queries and values [...×heads×places×size], keys [...×heads×size×places].</summary>
    private static NetworkValue OfPattern(NodeImport node)
    {
        (NetworkValue queries, NetworkValue keys, NetworkValue values) = (node.Value(0), node.Value(1), node.Value(2));
        double scale = node.Float("scale", 1);
        bool areHeads = new[] { queries, keys, values }
            .All(value => value.Example.Length == 3 && value.BatchAxis < value.Rank - 2);
        if (!areHeads || keys.Example[1] != queries.Example[2] || keys.Example[2] != values.Example[1]
            || keys.Example[0] != queries.Example[0] || values.Example[0] != queries.Example[0])
            return ByProducts(node, queries, keys, values, scale);
        NetworkValue result = Attend(
            node, Places(node, queries, [1, 0, 2]), Places(node, keys, [2, 0, 1]), Places(node, values, [1, 0, 2]),
            checked((int)queries.Example[0]), scale, isCausal: false);
        long[] heads = [queries.Example[1], queries.Example[0], values.Example[2]];
        return ShapeImport.Permuted(node, result.AsExample(heads), [1, 0, 2]).As(queries, [.. queries.Dims[..^1], heads[2]]);
    }

    /// <summary>Fewer or more dimensions than heads have: the products one by one.</summary>
    private static NetworkValue ByProducts(
        NodeImport node, NetworkValue queries, NetworkValue keys, NetworkValue values, double scale)
    {
        NetworkValue scaled = AffineImport.Apply(node, queries with { IsExclusive = false }, new(null, [scale], [0]));
        NetworkValue scores = LinearImport.Product(node, scaled, keys);
        NetworkValue weights = ActivationImport.Along(
            node, new Softmax(), scores, node.Axis(node.Int("axis", -1), scores.Rank),
            flattens: node.Opset < ActivationImport.SoftmaxOfOneAxisOpset);
        return LinearImport.Product(node, weights, values);
    }

    /// <summary>Queries, keys and values [N×heads×places×size], or [N×places×heads·size] with the numbers of heads as
    /// attributes.</summary>
    private static NetworkValue OfOperator(NodeImport node)
    {
        if (Enumerable.Range(3, 4).Any(node.Has) || node.Wanted.Skip(1).Any(wanted => wanted) || node.Float("softcap", 0) != 0
            || node.Int("qk_matmul_output_mode", 0) != 0)
            throw node.NotSupported("has a mask, earlier keys, a cap or further outputs; the values alone are supported.");
        NetworkValue[] inputs = [.. Enumerable.Range(0, 3).Select(node.Value)];
        int heads = checked((int)(inputs[0].Rank == 4 ? inputs[0].Dims[1] : node.Int("q_num_heads", 1)));
        long ofKeys = inputs[0].Rank == 4 ? inputs[1].Dims[1] : node.Int("kv_num_heads", heads);
        if (ofKeys != heads || inputs.Any(input => input.Rank != inputs[0].Rank || !input.IsPlain || input.Rank is not (3 or 4)))
            throw node.NotSupported("shares keys among heads, or takes something else than heads of one batch.");
        NetworkValue[] places = inputs[0].Rank == 4 ? [.. inputs.Select(input => Places(node, input, [1, 0, 2]))] : inputs;
        long size = places[0].Example[^1] / heads;
        NetworkValue result = Attend(
            node, places[0], places[1], places[2], heads, node.Float("scale", 1 / Math.Sqrt(size)),
            node.Int("is_causal", 0) != 0);
        return inputs[0].Rank == 3
            ? result
            : ShapeImport.Permuted(node, result.AsExample(places[0].Example[0], heads, size), [1, 0, 2]).As(inputs[0]);
    }

    /// <param name="node">The node.</param>
    /// <param name="queries">[places×heads·size]</param>
    /// <param name="keys">The same of keys.</param>
    /// <param name="values">The same of values.</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="scale">What scores are multiplied by.</param>
    /// <param name="isCausal">Whether places look at those before only.</param>
    private static NetworkValue Attend(
        NodeImport node, NetworkValue queries, NetworkValue keys, NetworkValue values, int heads, double scale, bool isCausal)
    {
        // The layers have a scale of their own.
        double usual = 1 / Math.Sqrt(queries.Example[1] / heads);
        if (Math.Abs(scale - usual) > 1e-6 * usual)
            queries = AffineImport.Apply(node, queries with { IsExclusive = false }, new(null, [scale / usual], [0]));
        long[] steps = queries.Example;
        bool isSelf = keys.Example.SequenceEqual(steps) && values.Example.SequenceEqual(steps);
        if (isCausal && !isSelf)
            throw node.NotSupported("is causal over another sequence.");
        if (values.Example[1] != steps[1])
            throw node.NotSupported("has values of another size than the queries.");
        if (isSelf)
            return node.Add(
                new ScaledDotProductAttention(heads, isCausal), MergingImport.Join(node, [queries, keys, values], axis: 2));
        NetworkValue both = MergingImport.Join(node, [keys, values], axis: 2);
        return node.Network.Add(
            node, new CrossAttention(heads), null,
            [node.Network.Materialize(node, queries), node.Network.Materialize(node, both)]);
    }

    /// <summary>[places×heads·size] of what has an order of dimensions that gives [places×heads×size].</summary>
    private static NetworkValue Places(NodeImport node, NetworkValue value, int[] order)
    {
        NetworkValue places = ShapeImport.Permuted(node, value.AsExample(value.Example), order);
        long[] example = places.Example;
        return places.AsExample(example[0], example[1] * example[2]);
    }
}
