namespace MLNetExtensions.Networks.Training;

/// <summary>RMSprop (Hinton, 2012): s ← alpha·s + (1−alpha)·g²; w ← w − lr·g/(√s + epsilon), with
/// momentum and centring if asked for.</summary>
/// <param name="Alpha">Decay of the mean of squared gradients, in [0, 1).</param>
/// <param name="Epsilon">Added to the root, at least 0.</param>
/// <param name="WeightDecay">L2 penalty, added to the gradient.</param>
/// <param name="Momentum">Share of the previous update, at least 0.</param>
/// <param name="Centered">Whether the squared mean of gradients is subtracted under the root.</param>
public sealed record RmsProp(
    double Alpha = 0.99,
    double Epsilon = 1e-8,
    double WeightDecay = 0,
    double Momentum = 0,
    bool Centered = false)
    : Optimizer(WeightDecay)
{
    /// <inheritdoc/>
    public override double DefaultLearningRate => 1e-2;

    internal override void Check()
    {
        base.Check();
        RequireShare(nameof(Alpha), Alpha);
        RequireNotNegative(nameof(Epsilon), Epsilon);
        RequireNotNegative(nameof(Momentum), Momentum);
    }
}
