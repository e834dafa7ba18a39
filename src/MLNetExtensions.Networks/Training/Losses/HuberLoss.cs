namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Huber's loss, PyTorch's <c>HuberLoss</c>: d²/2 for a difference d of at most <paramref name="Delta"/>, delta·(|d| − delta/2)
/// beyond it. Less moved by outliers than the squared error (Huber, 1964).
/// </summary>
/// <param name="Delta">Where the square turns into a line, in units of the target, above 0.</param>
public sealed record HuberLoss(double Delta = 1) : ElementwiseLoss
{
    /// <inheritdoc/>
    public override int TargetSize(RowLayout outputs) => Delta > 0
        ? outputs.Size
        : throw new ArgumentException($"Huber's delta must be above 0, not {Delta}.");

    /// <summary>The Huber loss whose delta is in the same unit: d²/2 and delta·|d| both grow with its square.</summary>
    public override double InUnit(double loss, double unit) => unit * unit * loss;

    protected override double Evaluate(double output, double target, out double slope)
    {
        double difference = output - target;
        slope = double.Clamp(difference, -Delta, Delta);
        double magnitude = Math.Abs(difference);
        return magnitude <= Delta ? 0.5 * difference * difference : Delta * (magnitude - 0.5 * Delta);
    }
}
