namespace MLNetExtensions.Networks.Managed;

/// <summary>The sizes of scaled dot-product attention.</summary>
/// <param name="Queries">Places that look.</param>
/// <param name="Keys">Places that are looked at.</param>
/// <param name="Heads">Heads.</param>
/// <param name="HeadSize">Features of a head.</param>
/// <param name="QueryWidth">Values from one query to the next in memory.</param>
/// <param name="KeyWidth">Values from one key to the next in memory.</param>
/// <param name="Causal">Whether a place looks at itself and the places before it only.</param>
internal readonly record struct AttentionShape(
    int Queries, int Keys, int Heads, int HeadSize, int QueryWidth, int KeyWidth, bool Causal = false)
{
    /// <summary>Features of all heads.</summary>
    public int Features => Heads * HeadSize;

    /// <summary>What products of queries and keys are multiplied by.</summary>
    public double Scale => 1 / Math.Sqrt(HeadSize);

    /// <summary>Queries, keys and values side by side.</summary>
    public static AttentionShape OfPacked(ScaledDotProductAttention layer, TensorShape output) => new(
        output[0], output[0], layer.NumHeads, output[1] / layer.NumHeads, 3 * output[1], 3 * output[1], layer.Causal);

    /// <summary>Queries by themselves, keys and values side by side.</summary>
    public static AttentionShape Of(CrossAttention layer, TensorShape queries, TensorShape keys) => new(
        queries[0], keys[0], layer.NumHeads, queries[1] / layer.NumHeads, queries[1], keys[1]);

    /// <summary>How many keys the queries before <paramref name="end"/> look at.</summary>
    public int KeysOf(int end) => Causal ? end : Keys;
}
