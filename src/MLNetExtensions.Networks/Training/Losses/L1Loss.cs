namespace MLNetExtensions.Networks.Training;

/// <summary>The mean absolute error |output − target|, PyTorch's <c>L1Loss</c>; its slope is 0 where they are equal.</summary>
public sealed record L1Loss : ElementwiseLoss
{
    /// <inheritdoc/>
    public override double InUnit(double loss, double unit) => unit * loss;

    protected override double Evaluate(double output, double target, out double slope)
    {
        double difference = output - target;
        // Not Math.Sign, which throws on NaN: a diverging run must end as one.
        slope = difference > 0 ? 1 : difference < 0 ? -1 : difference;
        return Math.Abs(difference);
    }
}
