namespace MLNetExtensions.Networks.Training;

/// <summary>Stochastic gradient descent. v ← momentum·v + (1−dampening)·g (first step: v = g); w ← w − lr·(g +
/// momentum·v if Nesterov, else v).</summary>
/// <param name="Momentum">Share of the previous update, at least 0.</param>
/// <param name="WeightDecay">L2 penalty, added to the gradient.</param>
/// <param name="Dampening">Dampening of the gradient within the momentum.</param>
/// <param name="Nesterov">Nesterov's look-ahead; needs momentum and no dampening.</param>
public sealed record Sgd(
    double Momentum = 0, double WeightDecay = 0, double Dampening = 0, bool Nesterov = false)
    : Optimizer(WeightDecay)
{
    /// <inheritdoc/>
    public override double DefaultLearningRate => 1e-3;

    internal override void Check()
    {
        base.Check();
        RequireNotNegative(nameof(Momentum), Momentum);
        Require(double.IsFinite(Dampening), nameof(Dampening), Dampening, "finite");
        Require(!Nesterov || Momentum > 0, nameof(Momentum), Momentum, "above 0 for Nesterov's look-ahead");
        Require(!Nesterov || Dampening == 0, nameof(Dampening), Dampening, "0 for Nesterov's look-ahead");
    }
}
