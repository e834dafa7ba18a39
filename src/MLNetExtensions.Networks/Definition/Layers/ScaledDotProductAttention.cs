namespace MLNetExtensions.Networks;

/// <summary>softmax(Q·Kᵀ/√d)·V of several heads (Vaswani et al., "Attention Is All You Need", 2017, equation 1): each place of a
/// sequence takes a mean of the values of all places. Input [L×3·E], queries, keys and values behind each other as one
/// <see cref="Linear"/> makes them; output [L×E]. Head h has the features h·d to (h + 1)·d − 1 of each, d being
/// E/<paramref name="NumHeads"/>. A second input, if there is one, is a mask of [L]: at places where it is 0 no place
/// looks.</summary>
/// <remarks>A place with no key to look at, as in a sequence that is padding only, gets zeros.</remarks>
/// <param name="NumHeads">The number of heads, a divisor of E.</param>
/// <param name="Causal">Whether a place looks at itself and the places before it only.</param>
/// <param name="Dropout">The share of weights that training drops, in [0, 1).</param>
public sealed record ScaledDotProductAttention(int NumHeads, bool Causal = false, double Dropout = 0) : Layer
{
    internal override bool IsRandom => Dropout > 0;

    internal override int OptionalInputs => 1;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape input = inputs[0];
        if (input.Rank != 2 || input[1] % 3 != 0)
            throw new ArgumentException($"takes queries, keys and values side by side, [length×3·features], not {input}.");
        int features = input[1] / 3;
        Check(NumHeads, features, Dropout);
        RequireMask(inputs, input[0]);
        return new(input[0], features);
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 4L * output[0] * output.Size;

    internal static void Check(int heads, int features, double dropout)
    {
        if (heads < 1 || features % heads != 0)
            throw new ArgumentException($"can't share {features} features among {heads} heads.");
        if (dropout is not (>= 0 and < 1))
            throw new ArgumentException($"needs a dropout in [0, 1), not {dropout}.");
    }
}
