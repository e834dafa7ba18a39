namespace MLNetExtensions.Networks.Training;

/// <summary>
/// A set of labelled examples with random access. Targets and weights are held in memory; where the features come from is up to
/// the derived class. Reading is thread-safe.
/// </summary>
public abstract class TrainingData
{
    private readonly float[] _targets;
    private readonly float[]? _weights;

    /// <summary>Keeps the arrays, without a copy.</summary>
    /// <param name="featureShape">The shape of one example.</param>
    /// <param name="targets">The targets, row-major [count×<paramref name="targetSize"/>]:
    /// class indices, 0 or 1, or numbers.</param>
    /// <param name="weights">The weight of each example, at least 0; null for 1 each.</param>
    /// <param name="targetSize">The number of targets of one example.</param>
    /// <exception cref="ArgumentException">The lengths don't agree, or a target or weight is not
    /// finite, or a weight is negative.</exception>
    protected TrainingData(TensorShape featureShape, float[] targets, float[]? weights, int targetSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(targetSize, 1);
        if (targets.Length % targetSize != 0)
            throw new ArgumentException($"{targets.Length} targets are no multiple of {targetSize} an example.", nameof(targets));
        (FeatureShape, TargetSize, Count) = (featureShape, targetSize, targets.Length / targetSize);
        if (weights is not null && weights.Length != Count)
            throw new ArgumentException($"There are {weights.Length} weights for {Count} examples.", nameof(weights));
        if (Array.FindIndex(targets, target => !float.IsFinite(target)) is >= 0 and int target)
            throw new ArgumentException(
                $"The target {targets[target]} of example {target / targetSize} is not finite.", nameof(targets));
        if (weights is not null && Array.FindIndex(weights, weight => weight < 0 || !float.IsFinite(weight)) is >= 0 and int row)
            throw new ArgumentException(
                $"The weight {weights[row]} of example {row} is not a finite number of at least 0.", nameof(weights));
        (_targets, _weights) = (targets, weights);
    }

    /// <summary>The number of examples.</summary>
    public int Count { get; }

    /// <summary>The shape of one example.</summary>
    public TensorShape FeatureShape { get; }

    /// <summary>The number of targets of one example.</summary>
    public int TargetSize { get; }

    /// <summary>Whether the examples have weights; without them each counts 1.</summary>
    public bool HasWeights => _weights is not null;

    /// <summary>The targets of an example.</summary>
    public ReadOnlySpan<float> Targets(int row) => _targets.AsSpan(row * TargetSize, TargetSize);

    /// <summary>The weight of an example.</summary>
    public float Weight(int row) => _weights?[row] ?? 1;

    /// <summary>Copies the features of the given rows, in their order, into <paramref name="features"/>
    /// [rows×feature shape]. Allocates nothing.</summary>
    public abstract void CopyFeatures(ReadOnlySpan<int> rows, Span<float> features);

    /// <summary>Whether there are examples that are kept sparse, for <see cref="AddSparseFeatures"/>.</summary>
    internal virtual bool HasSparseRows => false;

    /// <summary>Adds the features of the given rows, in their order, without their zeros.</summary>
    internal virtual void AddSparseFeatures(ReadOnlySpan<int> rows, SparseBuffer buffer) =>
        throw new NotSupportedException("The examples are not kept sparse.");

    /// <summary>Copies the targets of the given rows into <paramref name="targets"/> [rows×target size].</summary>
    public void CopyTargets(ReadOnlySpan<int> rows, Span<float> targets)
    {
        for (int i = 0; i < rows.Length; i++)
            Targets(rows[i]).CopyTo(targets[(i * TargetSize)..]);
    }

    /// <summary>Copies the weights of the given rows.</summary>
    public void CopyWeights(ReadOnlySpan<int> rows, Span<float> weights)
    {
        for (int i = 0; i < rows.Length; i++)
            weights[i] = Weight(rows[i]);
    }

    /// <summary>The given examples as a set of their own, in the given order. The features stay where they are.</summary>
    public TrainingData Subset(ReadOnlySpan<int> rows) => new TrainingSubset(this, rows.ToArray());

    /// <summary>The same examples with other targets, the labels in another unit for instance. Features and weights stay where
    /// they are.</summary>
    /// <param name="targets">The targets, row-major [count×<see cref="TargetSize"/>].</param>
    /// <exception cref="ArgumentException">Their number is another one, or one is not finite.</exception>
    public TrainingData WithTargets(float[] targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return targets.Length == _targets.Length
            ? new Retargeted(this, targets, TargetSize)
            : throw new ArgumentException($"There are {targets.Length} targets, not {_targets.Length}.", nameof(targets));
    }

    /// <summary>The same examples with their own features as targets: what an autoencoder learns. A copy of the features is
    /// kept.</summary>
    public TrainingData WithFeaturesAsTargets()
    {
        int size = checked((int)FeatureShape.Size);
        float[] targets = new float[checked(Count * size)];
        const int Chunk = 256;
        int[] rows = new int[Math.Min(Chunk, Count)];
        for (int start = 0; start < Count; start += Chunk)
        {
            int count = Math.Min(Chunk, Count - start);
            for (int i = 0; i < count; i++)
                rows[i] = start + i;
            CopyFeatures(rows.AsSpan(0, count), targets.AsSpan(start * size, count * size));
        }
        return new Retargeted(this, targets, size);
    }

    /// <summary>Parts the examples at random into a set to train on and one to validate
    /// with; each keeps its rows in order.</summary>
    /// <param name="validationFraction">The share of examples to validate with, in (0, 1).</param>
    /// <param name="seed">One seed, one split.</param>
    /// <param name="stratified">Whether each class (each distinct target) is parted in the same proportion, but for one example
    /// of it (one with a weight, if it has any) that stays in the training set at least: what is not trained on can't be
    /// learned.</param>
    /// <exception cref="ArgumentException">There are too few examples for both parts to have one.</exception>
    public (TrainingData Training, TrainingData Validation) Split(double validationFraction, int seed, bool stratified = false)
    {
        if (!(validationFraction is > 0 and < 1))
            throw new ArgumentOutOfRangeException(
                nameof(validationFraction), validationFraction, "The validation fraction must lie between 0 and 1.");
        SplitMix64 random = new(seed);
        int[] rows = [.. Enumerable.Range(0, Count)];
        random.Shuffle(rows);
        if (stratified)
            rows = [.. rows.OrderBy(row => Targets(row)[0]).ThenBy(row => Weight(row) > 0)];

        // Every 1/fraction-th of the shuffled rows: in proportion for each class, as its rows are behind each other. A row that
        // has to stay is made up for by the next.
        List<int> training = [];
        List<int> validation = [];
        for (int i = 0; i < Count; i++)
        {
            bool isDue = Math.Floor((i + 1) * validationFraction + 0.5) > validation.Count;
            (isDue && !(stratified && IsLastChance(i)) ? validation : training).Add(rows[i]);
        }
        if (training.Count == 0 || validation.Count == 0)
            throw new ArgumentException($"{Count} examples are too few to part {validationFraction:P0} off for validation.");
        training.Sort();
        validation.Sort();
        return (new TrainingSubset(this, [.. training]), new TrainingSubset(this, [.. validation]));

        // Whether the class of rows[i] ends there and has given nothing to train on. Its rows without weight came first.
        bool IsLastChance(int i)
        {
            float label = Targets(rows[i])[0];
            bool given = training.Count > 0 && Targets(training[^1])[0] == label && Weight(training[^1]) > 0;
            return !given && (i + 1 == Count || Targets(rows[i + 1])[0] != label);
        }
    }

    /// <summary>The examples of another set with targets of their own.</summary>
    private sealed class Retargeted(TrainingData source, float[] targets, int targetSize)
        : TrainingData(source.FeatureShape, targets, source._weights, targetSize)
    {
        internal override bool HasSparseRows => source.HasSparseRows;

        public override void CopyFeatures(ReadOnlySpan<int> rows, Span<float> features) => source.CopyFeatures(rows, features);

        internal override void AddSparseFeatures(ReadOnlySpan<int> rows, SparseBuffer buffer) =>
            source.AddSparseFeatures(rows, buffer);
    }

    /// <summary>Some of the examples of another set.</summary>
    private sealed class TrainingSubset(TrainingData source, int[] rows) : TrainingData(
        source.FeatureShape, Gather(source, rows), source.HasWeights ? [.. rows.Select(source.Weight)] : null, source.TargetSize)
    {
        private const int Chunk = 128;

        internal override bool HasSparseRows => source.HasSparseRows;

        public override void CopyFeatures(ReadOnlySpan<int> wanted, Span<float> features)
        {
            Span<int> mapped = stackalloc int[Chunk];
            int size = (int)FeatureShape.Size;
            for (int start = 0; start < wanted.Length; start += Chunk)
            {
                int count = Map(wanted[start..], mapped);
                source.CopyFeatures(mapped[..count], features.Slice(start * size, count * size));
            }
        }

        internal override void AddSparseFeatures(ReadOnlySpan<int> wanted, SparseBuffer buffer)
        {
            Span<int> mapped = stackalloc int[Chunk];
            for (int start = 0; start < wanted.Length; start += Chunk)
                source.AddSparseFeatures(mapped[..Map(wanted[start..], mapped)], buffer);
        }

        /// <summary>The numbers of the next rows in the source, and how many these are.</summary>
        private int Map(ReadOnlySpan<int> wanted, Span<int> mapped)
        {
            int count = Math.Min(Chunk, wanted.Length);
            for (int i = 0; i < count; i++)
                mapped[i] = rows[wanted[i]];
            return count;
        }

        private static float[] Gather(TrainingData source, int[] rows)
        {
            float[] targets = new float[rows.Length * source.TargetSize];
            source.CopyTargets(rows, targets);
            return targets;
        }
    }
}
