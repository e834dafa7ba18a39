namespace MLNetExtensions.Networks.Training;

/// <summary>The mean of (output − target)², PyTorch's <c>MSELoss</c>.</summary>
public sealed record MeanSquaredErrorLoss : ElementwiseLoss
{
    /// <inheritdoc/>
    public override double InUnit(double loss, double unit) => unit * unit * loss;

    protected override double Evaluate(double output, double target, out double slope)
    {
        double difference = output - target;
        slope = 2 * difference;
        return difference * difference;
    }
}
