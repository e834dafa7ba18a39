namespace MLNetExtensions.Networks;

/// <summary>y = x·Wᵀ + b over the last dimension. Input [..., in], output [..., <paramref name="OutFeatures"/>]; parameters
/// <c>weight</c> [out×in] and <c>bias</c> [out].</summary>
/// <param name="OutFeatures">The number of outputs, at least 1.</param>
/// <param name="Bias">Whether a bias is added.</param>
/// <param name="Initialization">How weight and bias are drawn before training.</param>
public sealed record Linear(
    int OutFeatures, bool Bias = true, WeightInitialization Initialization = WeightInitialization.FanInUniform) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (OutFeatures < 1)
            throw new ArgumentException($"needs at least one output feature, not {OutFeatures}.");
        return new([.. inputs[0].Dimensions[..^1], OutFeatures]);
    }

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs)
    {
        int inFeatures = inputs[0].Dimensions[^1];
        yield return new("weight", new(OutFeatures, inFeatures), Initializer.OfWeight(Initialization, inFeatures, OutFeatures));
        if (Bias)
            yield return new("bias", new(OutFeatures), Initializer.OfBias(Initialization, inFeatures));
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) =>
        output.Size * (2L * inputs[0].Dimensions[^1] + (Bias ? 1 : 0));
}
