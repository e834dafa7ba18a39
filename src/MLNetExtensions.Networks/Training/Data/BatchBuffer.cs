namespace MLNetExtensions.Networks.Training;

/// <summary>The memory of one batch.</summary>
internal sealed class BatchBuffer(TrainingData data, int capacity)
{
    private readonly int _featureSize = checked((int)data.FeatureShape.Size);
    private readonly float[] _features = new float[checked(capacity * data.FeatureShape.Size)];
    private readonly float[] _targets = new float[capacity * data.TargetSize];
    private readonly float[] _weights = new float[capacity];

    public int Count { get; private set; }

    public Span<float> Features => _features.AsSpan(0, Count * _featureSize);

    public ReadOnlySpan<float> Targets => _targets.AsSpan(0, Count * data.TargetSize);

    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, Count);

    /// <summary>The batch as engines take it, without weights where each is 1.</summary>
    public TrainingBatch Batch => new(Count, Features, Targets, data.HasWeights ? Weights : default);

    /// <summary>The features of one example.</summary>
    public Span<float> Example(int index) => _features.AsSpan(index * _featureSize, _featureSize);

    /// <summary>Takes the given examples.</summary>
    public void Fill(ReadOnlySpan<int> rows)
    {
        Count = rows.Length;
        data.CopyFeatures(rows, _features);
        data.CopyTargets(rows, _targets);
        data.CopyWeights(rows, _weights);
    }
}
