namespace MLNetExtensions.Networks.Training;

/// <summary>The examples of one step.</summary>
/// <param name="count">The number of examples, at most the session's batch size.</param>
/// <param name="features">The inputs, row-major [count×input shape].</param>
/// <param name="targets">The targets, [count×target size]: class indices, 0 or 1, or numbers, as the loss takes them.</param>
/// <param name="weights">The weight of each example; empty for 1 each.</param>
public readonly ref struct TrainingBatch(
    int count, ReadOnlySpan<float> features, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights = default)
{
    /// <summary>The number of examples.</summary>
    public int Count => count;

    /// <summary>The inputs, row-major [count×input shape].</summary>
    public ReadOnlySpan<float> Features { get; } = features;

    /// <summary>The targets, [count×target size].</summary>
    public ReadOnlySpan<float> Targets { get; } = targets;

    /// <summary>The weight of each example; empty for 1 each.</summary>
    public ReadOnlySpan<float> Weights { get; } = weights;

    /// <summary>Which part of a step this is, from 0, where gradients are added up over several batches: each draws random numbers
    /// of its own.</summary>
    public int Part { get; init; }
}
