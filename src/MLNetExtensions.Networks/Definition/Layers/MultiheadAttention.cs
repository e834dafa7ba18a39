namespace MLNetExtensions.Networks;

/// <summary>Multi-head self-attention (Vaswani et al., 2017, section 3.2.2), batch first. Input and output [L×E];
/// parameters <c>in_proj_weight</c> [3·E×E] and <c>in_proj_bias</c> [3·E] of queries, keys and values, <c>out_proj.weight</c>
/// [E×E] and <c>out_proj.bias</c> [E]. A second input, if there is one, is a mask of [L]: at places where it is 0 no place
/// looks.</summary>
/// <remarks>It is a <see cref="Linear"/>, a <see cref="ScaledDotProductAttention"/> and a <see cref="Linear"/>, and engines
/// run it as these.</remarks>
/// <param name="NumHeads">The number of heads, a divisor of E.</param>
/// <param name="Causal">Whether a place looks at itself and the places before it only.</param>
/// <param name="Dropout">The share of weights that training drops, in [0, 1).</param>
/// <param name="Bias">Whether both projections have a bias.</param>
public sealed record MultiheadAttention(
    int NumHeads, bool Causal = false, double Dropout = 0, bool Bias = true) : CompositeLayer
{
    internal override int OptionalInputs => 1;

    internal override bool IsRandom => Dropout > 0;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape input = RequireSteps(inputs[0]);
        ScaledDotProductAttention.Check(NumHeads, input[1], Dropout);
        RequireMask(inputs, input[0]);
        return input;
    }

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs)
    {
        int features = inputs[0][1];
        // The three matrices are drawn as the one that they are kept as.
        yield return new(
            "in_proj_weight", new(3 * features, features),
            Initializer.OfWeight(WeightInitialization.XavierUniform, features, 3 * features));
        if (Bias)
            yield return new("in_proj_bias", new(3 * features), new ConstantInitializer(0));
        yield return new(
            "out_proj.weight", new(features, features),
            Initializer.OfWeight(WeightInitialization.FanInUniform, features, features));
        if (Bias)
            yield return new("out_proj.bias", new(features), new ConstantInitializer(0));
    }

    internal override IEnumerable<NetworkNode> Parts(NetworkNode node, IReadOnlyList<TensorShape> inputs)
    {
        int features = inputs[0][1];
        (string input, string attention) = ($"{node.Name}.in_proj", $"{node.Name}.attention");
        yield return new(input, new Linear(3 * features, Bias), [node.Inputs[0]]);
        yield return new(attention, new ScaledDotProductAttention(NumHeads, Causal, Dropout), [input, .. node.Inputs.Skip(1)]);
        yield return new($"{node.Name}.out_proj", new Linear(features, Bias), [attention]);
    }
}
