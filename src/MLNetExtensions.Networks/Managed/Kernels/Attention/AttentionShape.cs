namespace MLNetExtensions.Networks.Managed;

/// <summary>The sizes of scaled dot-product attention.</summary>
/// <param name="Length">Places of a sequence.</param>
/// <param name="Heads">Heads.</param>
/// <param name="HeadSize">Features of a head.</param>
/// <param name="Causal">Whether a place looks at itself and the places before it only.</param>
internal readonly record struct AttentionShape(int Length, int Heads, int HeadSize, bool Causal)
{
    /// <summary>Features of all heads.</summary>
    public int Features => Heads * HeadSize;

    /// <summary>What products of queries and keys are multiplied by.</summary>
    public double Scale => 1 / Math.Sqrt(HeadSize);

    public static AttentionShape Of(ScaledDotProductAttention layer, TensorShape output) =>
        new(output[0], layer.NumHeads, output[1] / layer.NumHeads, layer.Causal);

    /// <summary>How many keys the queries before <paramref name="end"/> look at.</summary>
    public int Keys(int end) => Causal ? end : Length;
}
