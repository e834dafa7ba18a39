namespace MLNetExtensions.Networks;

/// <summary>Local response normalisation across neighbouring channels (Krizhevsky et al., 2012, section 3.3): y = x / (k +
/// alpha/size · Σ x²)^beta, the sum over <paramref name="Size"/> channels around the own one. Input [channels×H×W].</summary>
/// <param name="Size">The number of neighbouring channels.</param>
/// <param name="Alpha">Multiplier of the mean square.</param>
/// <param name="Beta">Exponent.</param>
/// <param name="K">Additive constant; above 0, so that zeros have a norm.</param>
public sealed record LocalResponseNorm(int Size, double Alpha = 1e-4, double Beta = 0.75, double K = 1) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (!(K > 0))
            throw new ArgumentException($"needs a constant K above 0, not {K}.");
        return Size >= 1 ? RequireImage(inputs[0]) : throw new ArgumentException($"needs at least one channel, not {Size}.");
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => output.Size * (2L * Size + 4);
}
