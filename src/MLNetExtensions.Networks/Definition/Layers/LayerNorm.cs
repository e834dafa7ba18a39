namespace MLNetExtensions.Networks;

/// <summary>Layer normalisation (Ba et al., 2016) over the last <paramref name="NormalizedRank"/> dimensions of each example,
/// with biased variance. Parameters <c>weight</c> (1) and <c>bias</c> (0) of the normalised shape.</summary>
/// <param name="NormalizedRank">How many trailing dimensions are normalised together; 0 (the default) means all.</param>
/// <param name="Epsilon">Added to the variance; above 0, so that equal values have a norm.</param>
/// <param name="Affine">Whether weight and bias exist.</param>
public sealed record LayerNorm(int NormalizedRank = 0, double Epsilon = 1e-5, bool Affine = true) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (!(Epsilon > 0))
            throw new ArgumentException($"needs an epsilon above 0, not {Epsilon}.");
        return NormalizedRank >= 0 && NormalizedRank <= inputs[0].Rank
            ? inputs[0]
            : throw new ArgumentException($"can't normalise {NormalizedRank} dimensions of {inputs[0]}.");
    }

    /// <summary>The trailing dimensions of <paramref name="input"/> that are normalised together.</summary>
    public TensorShape NormalizedShape(TensorShape input) =>
        NormalizedRank == 0 ? input : new(input.Dimensions[^NormalizedRank..]);

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs)
    {
        if (!Affine)
            yield break;
        yield return new("weight", NormalizedShape(inputs[0]), new ConstantInitializer(1));
        yield return new("bias", NormalizedShape(inputs[0]), new ConstantInitializer(0));
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 8 * output.Size;
}
