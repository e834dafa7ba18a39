namespace MLNetExtensions.Networks.Training;

/// <summary>What is reported of the validation set after each epoch, beside the loss: a
/// weighted mean over the examples.</summary>
public abstract record TrainingMetric
{
    /// <summary>The name in histories and messages: <c>accuracy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a higher value is a better one.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>Adds up the metric of a batch.</summary>
    /// <returns>The weighted sum and the sum of weights that it is to be divided by.</returns>
    public abstract (double Sum, double Weight) Accumulate(in OutputBatch<float> batch);

    /// <summary>A mean over targets that were divided by <paramref name="unit"/>, as it would be in the targets' own unit. A
    /// metric without a unit, as accuracy, stays as it is.</summary>
    public virtual double InUnit(double mean, double unit) => mean;

    /// <summary>The metric that fits a loss: accuracy for the cross-entropies and others that compare several outputs with one
    /// class index, of a <see cref="CompositeLoss"/> that of its first output; of an <see cref="EvidenceLowerBoundLoss"/> its
    /// part without the divergence; the mean absolute error otherwise.</summary>
    /// <param name="loss">What is minimised.</param>
    /// <param name="outputs">The outputs of the network.</param>
    public static TrainingMetric For(Loss loss, RowLayout outputs) => loss switch
    {
        CompositeLoss composite => composite.MetricOf(composite.Parts[0].Output, outputs),
        BinaryCrossEntropyLoss => new BinaryAccuracyMetric(),
        EvidenceLowerBoundLoss bound => new LossMetric(bound with { Beta = 0 }, "reconstruction error"),
        AdversarialLoss => new LossMetric(loss, "discriminator loss"),
        SequenceCrossEntropyLoss places => new SequenceAccuracyMetric(places.Classes, places.IgnoreIndex),
        _ when outputs.Size > 1 && loss.TargetSize(outputs) == 1 => new AccuracyMetric(),
        _ => new MeanAbsoluteErrorMetric(),
    };
}
