namespace MLNetExtensions.Networks.Training;

/// <summary>The mean of (output − target)², PyTorch's <c>MSELoss</c>.</summary>
public sealed record MeanSquaredErrorLoss : ElementwiseLoss
{
    private protected override double Evaluate(double output, double target, out double slope)
    {
        double difference = output - target;
        slope = 2 * difference;
        return difference * difference;
    }
}
