using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>The share of examples whose largest output is that of their class; the targets are class indices.</summary>
public sealed record AccuracyMetric : MeanMetric
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
            double weight = batch.Weight(row);
            if (TensorPrimitives.IndexOfMax(batch.Outputs(row)) == (int)batch.Targets(row)[0])
                correct += weight;
            total += weight;
        }
        return (correct, total);
    }
}
