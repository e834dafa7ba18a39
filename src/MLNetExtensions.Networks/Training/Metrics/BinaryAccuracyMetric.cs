namespace MLNetExtensions.Networks.Training;

/// <summary>The share of logits on the right side of 0; the targets are 0 or 1.</summary>
public sealed record BinaryAccuracyMetric : MeanMetric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate(in OutputBatch<float> batch)
    {
        (double correct, double total) = (0, 0);
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<float> outputs = batch.Outputs(row), targets = batch.Targets(row);
            double weight = batch.Weight(row);
            for (int i = 0; i < outputs.Length; i++)
            {
                if (outputs[i] > 0 == targets[i] > 0.5f)
                    correct += weight;
                total += weight;
            }
        }
        return (correct, total);
    }
}
