namespace MLNetExtensions.Networks;

/// <summary>While training each value becomes 0 with <paramref name="Probability"/> and the others are scaled by 1/(1−p); the
/// identity while scoring (Srivastava et al., 2014).</summary>
/// <param name="Probability">The share of zeroed values, in [0, 1).</param>
public sealed record Dropout(double Probability = 0.5) : Layer
{
    internal override bool IsRandom => Probability > 0;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => Probability is >= 0 and < 1
        ? inputs[0]
        : throw new ArgumentException($"needs a probability in [0, 1), not {Probability}.");

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => 0;
}
