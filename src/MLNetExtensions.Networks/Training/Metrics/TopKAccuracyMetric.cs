namespace MLNetExtensions.Networks.Training;

/// <summary>The share of examples whose class is among those with the largest outputs; the targets are class indices. Of equal
/// outputs the first counts as larger.</summary>
/// <param name="K">How many outputs are looked at, at least 1.</param>
public sealed record TopKAccuracyMetric(int K = 5) : MeanMetric
{
    /// <inheritdoc/>
    public override string Name => $"top-{K} accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate(in OutputBatch<float> batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(K, 1);
        (double found, double total) = (0, 0);
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<float> outputs = batch.Outputs(row);
            int label = (int)batch.Targets(row)[0], rank = 0;
            for (int i = 0; i < outputs.Length; i++)
            {
                if (outputs[i] > outputs[label] || (outputs[i] == outputs[label] && i < label))
                    rank++;
            }
            double weight = batch.Weight(row);
            if (rank < K)
                found += weight;
            total += weight;
        }
        return (found, total);
    }
}
