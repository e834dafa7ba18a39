namespace MLNetExtensions.Networks;

/// <summary>Group normalisation (Wu and He, 2018): the channels of each example are normalised in groups of neighbours, over all
/// their positions, with biased variance. Parameters <c>weight</c> (1) and <c>bias</c> (0), [channels].</summary>
/// <param name="Groups">The number of groups, a divisor of the number of channels.</param>
/// <param name="Epsilon">Added to the variance; above 0, so that equal values have a norm.</param>
/// <param name="Affine">Whether weight and bias exist.</param>
public sealed record GroupNorm(int Groups, double Epsilon = 1e-5, bool Affine = true) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (!(Epsilon > 0))
            throw new ArgumentException($"needs an epsilon above 0, not {Epsilon}.");
        if (Groups < 1 || inputs[0].Channels % Groups != 0)
            throw new ArgumentException($"can't split {inputs[0].Channels} channels into {Groups} groups.");
        return inputs[0].Size > Groups
            ? inputs[0]
            : throw new ArgumentException($"needs more than one value a group to normalise, but its input is {inputs[0]}.");
    }

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs)
    {
        if (!Affine)
            yield break;
        yield return new("weight", new(inputs[0].Channels), new ConstantInitializer(1));
        yield return new("bias", new(inputs[0].Channels), new ConstantInitializer(0));
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 8 * output.Size;
}
