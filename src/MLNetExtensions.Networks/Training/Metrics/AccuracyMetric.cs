using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>The share of examples whose largest output is that of their class; the targets are class indices.</summary>
public sealed record AccuracyMetric : TrainingMetric
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
        int classes = outputs.Length / targets.Length;
        for (int row = 0; row < targets.Length; row++)
        {
            if (TensorPrimitives.IndexOfMax(outputs.Slice(row * classes, classes)) == (int)targets[row])
                correct += weights[row];
            total += weights[row];
        }
        return (correct, total);
    }
}
