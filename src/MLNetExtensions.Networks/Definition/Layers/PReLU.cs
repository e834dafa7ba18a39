namespace MLNetExtensions.Networks;

/// <summary>x above 0, a learned slope times x below (He et al., 2015). Parameter <c>weight</c>, the slopes.</summary>
/// <param name="Slopes">The number of slopes: 1 for all channels, or one a channel.</param>
/// <param name="InitialSlope">What they start from.</param>
public sealed record PReLU(int Slopes = 1, double InitialSlope = 0.25) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => Slopes == 1 || Slopes == inputs[0].Channels
        ? inputs[0]
        : throw new ArgumentException(
            $"has {Slopes} slopes for {inputs[0].Channels} channels; give one a channel, or one for all.");

    internal override IEnumerable<ParameterSpec> Parameters(IReadOnlyList<TensorShape> inputs) =>
        [new("weight", new(Slopes), new ConstantInitializer((float)InitialSlope))];
}
