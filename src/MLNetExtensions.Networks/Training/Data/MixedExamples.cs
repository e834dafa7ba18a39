namespace MLNetExtensions.Networks.Training;

/// <summary>What mixing the examples of a batch needs beside them: each as it was before, the target of the one that is mixed in,
/// and what it counts by that.</summary>
/// <param name="capacity">The largest batch.</param>
/// <param name="featureSize">The values of an example.</param>
/// <param name="targetSize">The targets of an example.</param>
internal sealed class MixedExamples(int capacity, int featureSize, int targetSize)
{
    private readonly float[] _unmixed = new float[checked(capacity * featureSize)];
    private readonly float[] _targets = new float[capacity * targetSize], _weights = new float[capacity];

    /// <summary>The second targets of the first examples.</summary>
    public ReadOnlySpan<float> Targets(int count) => _targets.AsSpan(0, count * targetSize);

    /// <summary>What the first examples count by them.</summary>
    public ReadOnlySpan<float> Weights(int count) => _weights.AsSpan(0, count);

    /// <summary>An example before anything was mixed in.</summary>
    public ReadOnlySpan<float> Unmixed(int example) => _unmixed.AsSpan(example * featureSize, featureSize);

    /// <summary>Begins with examples that are not mixed.</summary>
    public void Begin(ReadOnlySpan<float> features, ReadOnlySpan<float> targets)
    {
        features.CopyTo(_unmixed);
        targets.CopyTo(_targets);
        Array.Clear(_weights);
    }

    /// <summary>Sets the second target of an example.</summary>
    public void Set(int example, ReadOnlySpan<float> target, float weight)
    {
        target.CopyTo(_targets.AsSpan(example * targetSize));
        _weights[example] = weight;
    }
}
