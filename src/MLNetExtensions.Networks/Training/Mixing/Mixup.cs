using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>Mixup (Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018): λ · example + (1 − λ) · other example, with
/// λ from Beta(α, α). For features of any shape.</summary>
/// <param name="Alpha">α, above 0; the paper takes 0.1 to 0.4 on ImageNet and 1 on CIFAR-10.</param>
/// <param name="Probability">The share of mixed examples, in [0, 1].</param>
public sealed record Mixup(double Alpha = 0.2, double Probability = 1) : ExampleMixing(Alpha, Probability)
{
    /// <inheritdoc/>
    public override double Mix(Span<float> example, ReadOnlySpan<float> other, TensorShape shape, ref SplitMix64 random)
    {
        double share = BetaDistribution.Draw(Alpha, ref random);
        TensorPrimitives.Lerp(other, example, (float)share, example);
        return share;
    }
}
