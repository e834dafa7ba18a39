namespace MLNetExtensions.Networks.Training;

/// <summary>The memory of one batch. Sparse examples stay sparse where the engine takes them so and that is the faster way;
/// memory for dense ones is taken when the first come.</summary>
/// <param name="data">The examples.</param>
/// <param name="capacity">The largest batch.</param>
/// <param name="takesSparseRows">Whether the engine does.</param>
/// <param name="mixes">Whether examples are mixed with each other.</param>
internal sealed class BatchBuffer(TrainingData data, int capacity, bool takesSparseRows, bool mixes = false)
{
    private readonly int _featureSize = checked((int)data.FeatureShape.Size);
    private readonly SparseBuffer? _sparse =
        takesSparseRows && data.HasSparseRows ? new(checked((int)data.FeatureShape.Size)) : null;
    private readonly float[] _targets = new float[capacity * data.TargetSize];
    private readonly float[] _weights = new float[capacity];
    private readonly int[] _rows = new int[capacity];
    private readonly MixedExamples? _mixed =
        mixes ? new(capacity, checked((int)data.FeatureShape.Size), data.TargetSize) : null;
    private float[]? _features, _scratch;
    private bool _isSparse;

    public int Count { get; private set; }

    public ReadOnlySpan<float> Targets => _targets.AsSpan(0, Count * data.TargetSize);

    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, Count);

    /// <summary>The batch as engines take it, without weights where each is 1.</summary>
    public TrainingBatch Batch => _isSparse
        ? new(_sparse!.Rows, Targets, data.HasWeights ? Weights : default)
        : new(Count, Features, Targets, data.HasWeights || mixes ? Weights : default)
        {
            OtherTargets = _mixed is null ? default : _mixed.Targets(Count),
            OtherWeights = _mixed is null ? default : _mixed.Weights(Count),
        };

    /// <summary>The features of a batch that is not sparse.</summary>
    public Span<float> Features => Memory().AsSpan(0, Count * _featureSize);

    /// <summary>The features of one example of such a batch.</summary>
    public Span<float> Example(int index) => Memory().AsSpan(index * _featureSize, _featureSize);

    /// <summary>Working memory for one example.</summary>
    public Span<float> Scratch => _scratch ??= new float[_featureSize];

    /// <summary>Where the numbers of the examples to take go.</summary>
    public Span<int> Rows(int count) => _rows.AsSpan(0, count);

    /// <summary>Takes the given examples.</summary>
    public void Fill(ReadOnlySpan<int> rows)
    {
        Count = rows.Length;
        FillFeatures(rows);
        data.CopyTargets(rows, _targets);
        data.CopyWeights(rows, _weights);
    }

    /// <summary>Begins to mix examples with each other.</summary>
    public MixedExamples BeginMixing()
    {
        _mixed!.Begin(Features, Targets);
        return _mixed;
    }

    /// <summary>Parts what an example counts between its target and that of another one.</summary>
    /// <param name="index">The example.</param>
    /// <param name="other">The other one.</param>
    /// <param name="share">The share of the example's own target.</param>
    public void ShareTarget(int index, int other, double share)
    {
        _weights[index] *= (float)share;
        _mixed!.Set(index, data.Targets(_rows[other]), (float)(1 - share) * data.Weight(_rows[other]));
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
