namespace MLNetExtensions.Networks.Training;

/// <summary>Adam (Kingma and Ba, 2015), bias-corrected; weight decay is an L2 penalty on the gradient.</summary>
/// <param name="Beta1">Decay of the mean of gradients, in [0, 1).</param>
/// <param name="Beta2">Decay of the mean of squared gradients, in [0, 1).</param>
/// <param name="Epsilon">Added to the root, at least 0.</param>
/// <param name="WeightDecay">L2 penalty, added to the gradient.</param>
public sealed record Adam(
    double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0)
    : Optimizer(WeightDecay)
{
    /// <inheritdoc/>
    public override double DefaultLearningRate => 1e-3;

    internal override void Check()
    {
        base.Check();
        RequireShare(nameof(Beta1), Beta1);
        RequireShare(nameof(Beta2), Beta2);
        RequireNotNegative(nameof(Epsilon), Epsilon);
    }
}
