namespace MLNetExtensions.Networks;

/// <summary>Instance normalisation (Ulyanov et al., 2016): each channel of each example is normalised over its positions, with
/// biased variance, in training and scoring alike. Parameters, if <paramref name="Affine"/>, <c>weight</c> (1) and <c>bias</c>
/// (0), [channels].</summary>
/// <param name="Epsilon">Added to the variance; above 0, so that equal values have a norm.</param>
/// <param name="Affine">Whether weight and bias exist.</param>
public abstract record InstanceNorm(double Epsilon, bool Affine) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (!(Epsilon > 0))
            throw new ArgumentException($"needs an epsilon above 0, not {Epsilon}.");
        return inputs[0].SpatialSize > 1
            ? inputs[0]
            : throw new ArgumentException($"needs more than one value a channel to normalise, but its input is {inputs[0]}.");
    }

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs) =>
        new GroupNorm(inputs[0].Channels, Epsilon, Affine).Parameters(inputs);

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 8 * output.Size;
}

/// <summary>Instance normalisation of a sequence, input [channels×length].</summary>
/// <inheritdoc cref="InstanceNorm"/>
public sealed record InstanceNorm1d(double Epsilon = 1e-5, bool Affine = false) : InstanceNorm(Epsilon, Affine)
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => base.InferShape([RequireSequence(inputs[0])]);
}

/// <summary>Instance normalisation of an image, input [channels×height×width].</summary>
/// <inheritdoc cref="InstanceNorm"/>
public sealed record InstanceNorm2d(double Epsilon = 1e-5, bool Affine = false) : InstanceNorm(Epsilon, Affine)
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => base.InferShape([RequireImage(inputs[0])]);
}
