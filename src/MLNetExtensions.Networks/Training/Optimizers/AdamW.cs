namespace MLNetExtensions.Networks.Training;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019): w ← w − lr·decay·w before Adam's step.</summary>
/// <param name="Beta1">Decay of the mean of gradients, in [0, 1).</param>
/// <param name="Beta2">Decay of the mean of squared gradients, in [0, 1).</param>
/// <param name="Epsilon">Added to the root, at least 0.</param>
/// <param name="WeightDecay">The share of a weight, times the learning rate, that a step takes away.</param>
public sealed record AdamW(
    double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 1e-2)
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
