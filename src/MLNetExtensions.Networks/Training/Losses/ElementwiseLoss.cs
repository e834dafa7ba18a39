namespace MLNetExtensions.Networks.Training;

/// <summary>A loss that compares each output with a target of its own, and is the mean over examples and outputs.</summary>
public abstract record ElementwiseLoss : Loss
{
    /// <inheritdoc/>
    public override int TargetSize(RowLayout outputs) => outputs.Size;

    /// <inheritdoc/>
    public sealed override (double Sum, double Weight) Accumulate<T>(in OutputBatch<T> batch)
    {
        (double sum, double totalWeight) = (0, 0);
        for (int example = 0; example < batch.Count;)
        {
            // Examples that lie behind each other and weigh the same are one row.
            int rows = batch.HasWeights ? 1 : batch.RowsFrom(example);
            ReadOnlySpan<T> outputs = batch.Outputs(example, rows);
            ReadOnlySpan<float> targets = batch.Targets(example, rows);
            Span<T> gradient = batch.Gradient(example, rows);
            if (targets.Length != outputs.Length)
                throw new ArgumentException(
                    $"{outputs.Length} outputs need as many targets, not {targets.Length}.", nameof(batch));
            double weight = batch.Weight(example);
            for (int i = 0; i < outputs.Length; i++)
            {
                sum += weight * Evaluate(double.CreateTruncating(outputs[i]), targets[i], out double slope);
                totalWeight += weight;
                if (!gradient.IsEmpty)
                    gradient[i] = T.CreateTruncating(weight * slope);
            }
            example += rows;
        }
        return (sum, totalWeight);
    }

    /// <summary>The loss of one output.</summary>
    /// <param name="output">The output.</param>
    /// <param name="target">What it is compared with.</param>
    /// <param name="slope">The derivative of the loss by the output.</param>
    protected abstract double Evaluate(double output, double target, out double slope);
}
