namespace MLNetExtensions.Networks.Training;

/// <summary>The share of examples of which every output is right: a logit above 0 where the target is 1, and none where it is 0.
/// The exact match of several labels; of one output it is <see cref="BinaryAccuracyMetric"/>.</summary>
public sealed record SubsetAccuracyMetric : MeanMetric
{
    /// <inheritdoc/>
    public override string Name => "subset accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate(in OutputBatch<float> batch)
    {
        (double correct, double total) = (0, 0);
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<float> outputs = batch.Outputs(row), targets = batch.Targets(row);
            bool areRight = true;
            for (int i = 0; i < outputs.Length; i++)
                areRight &= outputs[i] > 0 == targets[i] > 0.5f;
            if (areRight)
                correct += batch.Weight(row);
            total += batch.Weight(row);
        }
        return (correct, total);
    }
}
