using System.Numerics;

namespace MLNetExtensions.Networks.Training;

/// <summary>A loss that compares each output with a target of its own, and is the mean over examples and outputs.</summary>
public abstract record ElementwiseLoss : Loss
{
    /// <inheritdoc/>
    public override int TargetSize(int outputs) => outputs;

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate<T>(
        ReadOnlySpan<T> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, Span<T> gradient)
    {
        if (targets.Length != outputs.Length)
            throw new ArgumentException($"{outputs.Length} outputs need as many targets, not {targets.Length}.", nameof(targets));
        int width = weights.IsEmpty ? 1 : outputs.Length / weights.Length;
        (double sum, double totalWeight) = (0, 0);
        for (int i = 0; i < outputs.Length; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i / width];
            sum += weight * Evaluate(double.CreateTruncating(outputs[i]), targets[i], out double slope);
            totalWeight += weight;
            if (!gradient.IsEmpty)
                gradient[i] = T.CreateTruncating(weight * slope);
        }
        return (sum, totalWeight);
    }

    /// <summary>The loss of one output and its derivative by the output.</summary>
    private protected abstract double Evaluate(double output, double target, out double slope);
}
