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
    /// <param name="outputs">The network's outputs, [count×outputs].</param>
    /// <param name="targets">The targets, [count×target size].</param>
    /// <param name="weights">The weight of each example.</param>
    /// <returns>The weighted sum and the sum of weights that it is to be divided by.</returns>
    public abstract (double Sum, double Weight) Accumulate(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights);

    /// <summary>A mean over targets that were divided by <paramref name="unit"/>, as it would be in the targets' own unit. A
    /// metric without a unit, as accuracy, stays as it is.</summary>
    public virtual double InUnit(double mean, double unit) => mean;

    /// <summary>The metric that fits a loss: accuracy for the cross-entropies and others that compare several outputs with one
    /// class index, the mean absolute error otherwise.</summary>
    /// <param name="loss">What is minimised.</param>
    /// <param name="outputs">The number of outputs of the network.</param>
    public static TrainingMetric For(Loss loss, int outputs) => loss switch
    {
        BinaryCrossEntropyLoss => new BinaryAccuracyMetric(),
        _ when outputs > 1 && loss.TargetSize(outputs) == 1 => new AccuracyMetric(),
        _ => new MeanAbsoluteErrorMetric(),
    };
}
