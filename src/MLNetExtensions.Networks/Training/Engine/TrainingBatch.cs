namespace MLNetExtensions.Networks.Training;

/// <summary>The examples of one step.</summary>
public readonly ref struct TrainingBatch
{
    /// <summary>A batch of dense rows.</summary>
    /// <param name="count">The number of examples, at most the session's batch size.</param>
    /// <param name="features">The inputs, row-major [count×input shape].</param>
    /// <param name="targets">The targets, [count×target size]: class indices, 0 or 1, or numbers, as the loss takes them.</param>
    /// <param name="weights">The weight of each example; empty for 1 each.</param>
    public TrainingBatch(
        int count, ReadOnlySpan<float> features, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights = default)
    {
        Count = count;
        Features = features;
        Targets = targets;
        Weights = weights;
    }

    /// <summary>A batch of sparse rows, for a session that <see cref="ITrainingSession.TakesSparseRows"/>.</summary>
    /// <param name="features">The inputs, a row an example.</param>
    /// <param name="targets">The targets, [count×target size]: class indices, 0 or 1, or numbers, as the loss takes them.</param>
    /// <param name="weights">The weight of each example; empty for 1 each.</param>
    public TrainingBatch(SparseRows features, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights = default)
    {
        Count = features.Count;
        IsSparse = true;
        SparseFeatures = features;
        Targets = targets;
        Weights = weights;
    }

    /// <summary>The number of examples.</summary>
    public int Count { get; }

    /// <summary>Whether the inputs are <see cref="SparseFeatures"/>.</summary>
    public bool IsSparse { get; }

    /// <summary>The inputs, row-major [count×input shape]; empty where they are sparse.</summary>
    public ReadOnlySpan<float> Features { get; }

    /// <summary>The inputs, where they are sparse.</summary>
    public SparseRows SparseFeatures { get; }

    /// <summary>The targets, [count×target size].</summary>
    public ReadOnlySpan<float> Targets { get; }

    /// <summary>The weight of each example; empty for 1 each.</summary>
    public ReadOnlySpan<float> Weights { get; }

    /// <summary>Second targets of the examples, where they are mixed (<see cref="ExampleMixing"/>): each example counts as two,
    /// one by its target with its weight and one by its other target with its other weight. Empty for none.</summary>
    public ReadOnlySpan<float> OtherTargets { get; init; }

    /// <summary>The weight of each example by its other target.</summary>
    public ReadOnlySpan<float> OtherWeights { get; init; }

    /// <summary>Whether examples have second targets.</summary>
    internal bool IsMixed => !OtherTargets.IsEmpty;

    /// <summary>Which part of a step this is, from 0, where gradients are added up over several batches: each draws random
    /// numbers of its own.</summary>
    public int Part { get; init; }

    /// <summary>The same examples as a part of a step.</summary>
    internal TrainingBatch AsPart(int part) => this with { Part = part };

    /// <summary>The inputs as they are stored.</summary>
    internal ReadOnlySpan<float> StoredFeatures => IsSparse ? SparseFeatures.Values : Features;

    /// <summary>Copies the inputs of an example out, zeros included.</summary>
    internal void CopyExample(int row, Span<float> example)
    {
        if (IsSparse)
            SparseFeatures.Slice(row, 1).CopyTo(example);
        else
            Features.Slice(row * example.Length, example.Length).CopyTo(example);
    }
}
