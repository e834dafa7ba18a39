namespace MLNetExtensions.Networks.Training;

/// <summary>The share of logits on the right side of 0; the targets are 0 or 1.</summary>
public sealed record BinaryAccuracyMetric : TrainingMetric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights)
    {
        (double correct, double total) = (0, 0);
        int width = targets.Length / weights.Length;
        for (int i = 0; i < targets.Length; i++)
        {
            double weight = weights[i / width];
            if (outputs[i] > 0 == targets[i] > 0.5f)
                correct += weight;
            total += weight;
        }
        return (correct, total);
    }
}
