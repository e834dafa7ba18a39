namespace MLNetExtensions.Networks.Training;

/// <summary>The mean of −log(probability of what was true), in nats, as <see cref="CrossEntropyLoss"/> computes it of class
/// indices and <see cref="BinaryCrossEntropyLoss"/> of 0 and 1: the loss without class weights and smoothing. ML.NET's evaluator
/// of binary classification gives it in bits.</summary>
public sealed record LogLossMetric : MeanMetric
{
    private static readonly CrossEntropyLoss Classes = new();
    private static readonly BinaryCrossEntropyLoss Binary = new();

    /// <inheritdoc/>
    public override string Name => "log loss";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override (double Sum, double Weight) Accumulate(in OutputBatch<float> batch) =>
        batch.HasClassIndices ? Classes.Accumulate(batch) : Binary.Accumulate(batch);
}
