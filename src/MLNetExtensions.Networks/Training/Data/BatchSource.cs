namespace MLNetExtensions.Networks.Training;

/// <summary>The batches of a run: which examples come in which step, and their augmentation. What a batch holds depends on the
/// options and its place alone, not on what was asked for before or on which thread: several may fill batches at once.</summary>
internal sealed class BatchSource
{
    /// <summary>More threads than this keep any engine fed.</summary>
    private const int MaxThreads = 8;

    /// <summary>Sets the stream of mixing apart from that of augmentation.</summary>
    private const int MixingStream = 1;

    private readonly TrainingData _data;
    private readonly TrainingOptions _options;
    private readonly LengthGroups? _groups;
    private readonly Lock _lock = new();
    private readonly (Augmentation Augmentation, Range Part, TensorShape Shape)[] _changes;
    private readonly int[] _order;
    private int _orderedEpoch = -1;

    /// <param name="data">The examples.</param>
    /// <param name="options">Say which come in which step, and how they change.</param>
    /// <param name="network">Tells which of an example's values are ids; null where none are.</param>
    /// <param name="lengths">The length of each example, by which they are grouped; null for not at all.</param>
    public BatchSource(TrainingData data, TrainingOptions options, NetworkDefinition? network = null, int[]? lengths = null)
    {
        (_data, _options) = (data, options);
        _changes =
        [
            .. options.Augmentations.SelectMany<Augmentation, (Augmentation, Range, TensorShape)>(augmentation =>
                augmentation.ChangesIds
                    ? (network?.IdInputs ?? []).Select(input => (augmentation, network!.InputLayout[input.Name], input.Shape))
                    : [(augmentation, Range.All, data.FeatureShape)]),
        ];
        BatchSize = Math.Min(options.BatchSize, data.Count);
        _groups = lengths is null ? null : new(lengths, BatchSize);
        _order = new int[data.Count];
        Steps = options.DropLast ? data.Count / BatchSize : (data.Count + BatchSize - 1) / BatchSize;
    }

    /// <summary>The examples of a full batch.</summary>
    public int BatchSize { get; }

    /// <summary>The steps of an epoch.</summary>
    public int Steps { get; }

    /// <summary>The examples of the smallest step, as far as it matters: 1, or 2 for more.</summary>
    public int SmallestStep => _options.DropLast || _data.Count % BatchSize != 1 || BatchSize > 2 ? Math.Min(BatchSize, 2) : 1;

    /// <summary>What to do where that is 1 and must not be.</summary>
    public string MoreExamplesAStep => _data.Count == 1
        ? "The training set has no more than one."
        : $"Batches of {BatchSize} make such a step of {_data.Count} examples; choose a {nameof(TrainingOptions.BatchSize)} " +
            $"above 2{(BatchSize == 2 ? $", or set {nameof(TrainingOptions.DropLast)}" : "")}.";

    /// <summary>Whether preparing a batch is worth a thread of its own, or threads were asked for: handing over to one takes as
    /// long as copying some 30,000 numbers.</summary>
    public bool IsCostly => _options.PreparationThreads is not null || Changes || BatchSize * _data.FeatureShape.Size > 1 << 15;

    /// <summary>The threads that prepare batches, where that is costly.</summary>
    public int Threads =>
        _options.PreparationThreads ?? (Changes ? Math.Clamp(Environment.ProcessorCount / 2, 1, MaxThreads) : 1);

    private bool Changes => !_options.Augmentations.IsEmpty || !_options.Mixing.IsEmpty;

    /// <summary>Memory for batches; augmentations and mixing work on dense ones.</summary>
    /// <param name="takesSparseRows">Whether the engine does.</param>
    public BatchBuffer CreateBuffer(bool takesSparseRows = false) =>
        new(_data, BatchSize, takesSparseRows && !Changes, mixes: !_options.Mixing.IsEmpty);

    /// <summary>Prepares a batch; both epoch and step are counted from 0.</summary>
    public void Fill(BatchBuffer buffer, int epoch, int step)
    {
        int start = Start(step);
        int end = step + 1 == Steps && !_options.DropLast ? _data.Count : Start(step + 1);
        Span<int> rows = buffer.Rows(end - start);
        lock (_lock)
        {
            Order(epoch);
            _order.AsSpan(start..end).CopyTo(rows);
        }
        buffer.Fill(rows);
        if (!_options.Augmentations.IsEmpty)
            Augment(buffer, epoch, rows);
        if (!_options.Mixing.IsEmpty)
            Mix(buffer, epoch, rows);
    }

    private void Augment(BatchBuffer buffer, int epoch, ReadOnlySpan<int> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            SplitMix64 random = new(_options.RunSeed, epoch, rows[i]);
            foreach ((Augmentation augmentation, Range part, TensorShape shape) in _changes)
                augmentation.Apply(buffer.Example(i)[part], buffer.Scratch[part], shape, ref random);
        }
    }

    private void Mix(BatchBuffer buffer, int epoch, ReadOnlySpan<int> rows)
    {
        MixedExamples mixed = buffer.BeginMixing();
        for (int i = 0; i < rows.Length && rows.Length > 1; i++)
        {
            SplitMix64 random = new(_options.RunSeed, epoch, rows[i], MixingStream);
            ExampleMixing mixing = _options.Mixing[random.Next(_options.Mixing.Length)];
            if (random.NextDouble() >= mixing.Probability)
                continue;
            int other = (i + 1 + random.Next(rows.Length - 1)) % rows.Length;
            double share = mixing.Mix(buffer.Example(i), mixed.Unmixed(other), _data.FeatureShape, ref random);
            buffer.ShareTarget(i, other, share);
        }
    }

    /// <summary>Where a step's examples start. A last step of one example gets a second one from the step before.</summary>
    private int Start(int step)
    {
        bool lonely = !_options.DropLast && BatchSize > 2 && _data.Count % BatchSize == 1;
        return step * BatchSize - (lonely && step > 0 && step == Steps - 1 ? 1 : 0);
    }

    private void Order(int epoch)
    {
        if (_orderedEpoch == epoch)
            return;
        _orderedEpoch = epoch;
        for (int i = 0; i < _order.Length; i++)
            _order[i] = i;
        SplitMix64 random = new(_options.RunSeed, epoch);
        if (_options.Shuffle)
            random.Shuffle(_order);
        _groups?.Group(_order, _options.Shuffle, ref random);
    }
}
