namespace MLNetExtensions.Networks.Training;

/// <summary>The memory of one batch. Sparse examples stay sparse where the engine takes them so and that is the faster way;
/// memory for dense ones is taken when the first come.</summary>
/// <param name="data">The examples.</param>
/// <param name="capacity">The largest batch.</param>
/// <param name="takesSparseRows">Whether the engine does.</param>
internal sealed class BatchBuffer(TrainingData data, int capacity, bool takesSparseRows)
{
    private readonly int _featureSize = checked((int)data.FeatureShape.Size);
    private readonly SparseBuffer? _sparse =
        takesSparseRows && data.HasSparseRows ? new(checked((int)data.FeatureShape.Size)) : null;
    private readonly float[] _targets = new float[capacity * data.TargetSize];
    private readonly float[] _weights = new float[capacity];
    private float[]? _features;
    private bool _isSparse;

    public int Count { get; private set; }

    public ReadOnlySpan<float> Targets => _targets.AsSpan(0, Count * data.TargetSize);

    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, Count);

    /// <summary>The batch as engines take it, without weights where each is 1.</summary>
    public TrainingBatch Batch => _isSparse
        ? new(_sparse!.Rows, Targets, data.HasWeights ? Weights : default)
        : new(Count, Features, Targets, data.HasWeights ? Weights : default);

    /// <summary>The features of a batch that is not sparse.</summary>
    public Span<float> Features => Memory().AsSpan(0, Count * _featureSize);

    /// <summary>The features of one example of such a batch.</summary>
    public Span<float> Example(int index) => Memory().AsSpan(index * _featureSize, _featureSize);

    /// <summary>Takes the given examples.</summary>
    public void Fill(ReadOnlySpan<int> rows)
    {
        Count = rows.Length;
        FillFeatures(rows);
        data.CopyTargets(rows, _targets);
        data.CopyWeights(rows, _weights);
    }

    private void FillFeatures(ReadOnlySpan<int> rows)
    {
        if (_sparse is null)
        {
            data.CopyFeatures(rows, Memory());
            return;
        }
        _sparse.Clear();
        data.AddSparseFeatures(rows, _sparse);
        _isSparse = _sparse.Rows.ArePlainlySparse;
        if (!_isSparse)
            _sparse.Rows.CopyTo(Memory());
    }

    private float[] Memory() => _features ??= MemoryNeed.Rows(
        $"A batch of {capacity} examples", capacity, _featureSize,
        $"Choose a smaller {nameof(TrainingOptions.BatchSize)} or fewer features.");
}
