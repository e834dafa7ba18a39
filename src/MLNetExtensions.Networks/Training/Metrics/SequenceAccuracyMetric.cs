using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>The share of places of a sequence whose largest logit is that of the target's class.</summary>
/// <param name="Classes">The number of classes.</param>
/// <param name="IgnoreIndex">The target of places that don't count.</param>
public sealed record SequenceAccuracyMetric(int Classes, int IgnoreIndex = -100) : MeanMetric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate(in OutputBatch<float> batch)
    {
        (double sum, double weight) = (0, 0);
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<float> outputs = batch.Outputs(row), targets = batch.Targets(row);
            for (int place = 0; place < targets.Length; place++)
            {
                if (targets[place] == IgnoreIndex)
                    continue;
                weight += batch.Weight(row);
                if (TensorPrimitives.IndexOfMax(outputs.Slice(place * Classes, Classes)) == targets[place])
                    sum += batch.Weight(row);
            }
        }
        return (sum, weight);
    }
}
