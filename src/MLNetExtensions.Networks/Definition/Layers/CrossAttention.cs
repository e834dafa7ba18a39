namespace MLNetExtensions.Networks;

/// <summary>softmax(Q·Kᵀ/√d)·V of several heads, where one sequence looks at another (Vaswani et al., 2017, equation 1), or a new
/// place at those before it. Inputs [Q×E], the queries, and [K×2·E], keys and values side by side; output [Q×E]. A third input,
/// if there is one, is a mask of [K]: at places where it is 0 no query looks. Heads and places without a key are as in
/// <see cref="ScaledDotProductAttention"/>.</summary>
/// <param name="NumHeads">The number of heads, a divisor of E.</param>
/// <param name="Dropout">The share of weights that training drops, in [0, 1).</param>
public sealed record CrossAttention(int NumHeads, double Dropout = 0) : Layer
{
    internal override bool IsRandom => Dropout > 0;

    internal override int InputCount => 2;

    internal override int OptionalInputs => 1;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        (TensorShape queries, TensorShape keys) = (RequireSteps(inputs[0]), RequireSteps(inputs[1]));
        if (keys[1] != 2 * queries[1])
            throw new ArgumentException($"takes keys and values side by side, [length×{2 * queries[1]}], not {keys}.");
        ScaledDotProductAttention.Check(NumHeads, queries[1], Dropout);
        RequireMask([keys, .. inputs.Skip(2)], keys[0]);
        return queries;
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 4L * inputs[1][0] * output.Size;
}
