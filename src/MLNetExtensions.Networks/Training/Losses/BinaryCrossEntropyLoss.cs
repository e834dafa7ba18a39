namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Binary cross-entropy on logits, PyTorch's <c>BCEWithLogitsLoss</c>: −p·y·log σ(x) − (1−y)·log(1−σ(x)) for logit x, target y in
/// [0, 1] and p = <paramref name="PositiveWeight"/>. Computed through softplus, so it is finite for every finite logit.
/// </summary>
/// <param name="PositiveWeight">How many times a positive example counts (above 1 favours recall), above 0. The mean is
/// still over the number of examples.</param>
public sealed record BinaryCrossEntropyLoss(double PositiveWeight = 1) : ElementwiseLoss
{
    /// <inheritdoc/>
    public override int TargetSize(RowLayout outputs) => PositiveWeight > 0 && double.IsFinite(PositiveWeight)
        ? outputs.Size
        : throw new ArgumentException($"The positive weight must be above 0, not {PositiveWeight}.");

    protected override double Evaluate(double output, double target, out double slope) =>
        OfLogit(output, target, PositiveWeight, out slope);

    /// <summary>The loss of one logit, and its derivative.</summary>
    internal static double OfLogit(double logit, double target, double positiveWeight, out double slope)
    {
        // σ(−x) and softplus(−x) = log(1 + e^−x), both from e^−|x|, which can't overflow.
        double decay = Math.Exp(-Math.Abs(logit));
        double sigmoidOfMinus = (logit >= 0 ? decay : 1) / (1 + decay);
        double softplusOfMinus = LogOnePlus(decay) + Math.Max(-logit, 0);
        double positive = 1 + (positiveWeight - 1) * target;
        slope = 1 - target - positive * sigmoidOfMinus;
        return (1 - target) * logit + positive * softplusOfMinus;
    }

    /// <summary>log(1 + x) to full precision for small x too (Kahan's correction).</summary>
    private static double LogOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}
