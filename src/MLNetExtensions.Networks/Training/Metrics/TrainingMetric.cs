namespace MLNetExtensions.Networks.Training;

/// <summary>What is reported after each epoch, beside the loss. Immutable data; <see cref="Start"/> makes what
/// measures.</summary>
public abstract record TrainingMetric
{
    /// <summary>The name in histories and messages: <c>accuracy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a higher value is a better one.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>Whether it is known to measure classes, and means nothing of numbers.</summary>
    internal bool IsOfClasses => this is AccuracyMetric or BinaryAccuracyMetric or SubsetAccuracyMetric or TopKAccuracyMetric
        or LogLossMetric or ClassificationMetric or RankingMetric;

    /// <summary>Whether it is known to measure numbers, and means nothing of classes.</summary>
    internal bool IsOfNumbers => this is MeanAbsoluteErrorMetric or RootMeanSquaredErrorMetric or RSquaredMetric;

    /// <summary>Begins to measure.</summary>
    /// <param name="outputs">The outputs of the network.</param>
    public abstract RunningMetric Start(RowLayout outputs);

    /// <summary>A value found with targets that were divided by <paramref name="unit"/>, as it would be in the targets' own unit.
    /// A metric without a unit, as accuracy, stays as it is.</summary>
    public virtual double InUnit(double value, double unit) => value;

    /// <summary>The metric that fits a loss: accuracy for the cross-entropies and others that compare several outputs with one
    /// class index, of a <see cref="CompositeLoss"/> that of its first output; of an <see cref="EvidenceLowerBoundLoss"/> its
    /// part without the divergence; the mean absolute error otherwise.</summary>
    /// <param name="loss">What is minimised.</param>
    /// <param name="outputs">The outputs of the network.</param>
    public static TrainingMetric For(Loss loss, RowLayout outputs) => loss switch
    {
        CompositeLoss composite => composite.MetricOf(composite.Parts[0].Output, outputs),
        BinaryCrossEntropyLoss => new BinaryAccuracyMetric(),
        SequenceCrossEntropyLoss sequence => new SequenceAccuracyMetric(sequence.Classes, sequence.IgnoreIndex),
        EvidenceLowerBoundLoss bound => new LossMetric(bound with { Beta = 0 }, "reconstruction error"),
        AdversarialLoss => new LossMetric(loss, AdversarialLoss.MetricName),
        _ when outputs.Size > 1 && loss.TargetSize(outputs) == 1 => new AccuracyMetric(),
        _ => new MeanAbsoluteErrorMetric(),
    };
}
