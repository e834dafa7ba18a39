namespace Microsoft.ML.Transforms;

/// <summary>What one pass over a column collects for every slot, a scalar being a vector of one slot.</summary>
internal abstract class NormalizerStatistics<T>(DataViewRow row, DataViewSchema.Column column) : ColumnLearner
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotReader<T> _reader = new(row, column);
    protected DataViewType Type => _reader.Type;
    protected int Size => _reader.Size;
    protected long Rows { get; private set; }

    public sealed override bool AddRow()
    {
        Rows++;
        AddRow(_reader.Read(), _reader.Slots);
        return true;
    }

    /// <summary>One item for every slot of a column.</summary>
    protected static TItem[] EachSlot<TItem>(DataViewSchema.Column column, Func<TItem> make) =>
        [.. Enumerable.Range(0, column.Type.GetValueCount()).Select(_ => make())];

    /// <param name="values">The stored values of one row.</param>
    /// <param name="slots">Their slots; empty when the row is dense.</param>
    protected virtual void AddRow(ReadOnlySpan<T> values, ReadOnlySpan<int> slots)
    {
        for (var i = 0; i < values.Length; i++) Add(slots.IsEmpty ? i : slots[i], values[i]);
    }

    protected abstract void Add(int slot, T value);
}

/// <summary>Least and greatest value of each slot. NaN is not seen; a slot that a sparse row leaves out is a zero.</summary>
internal class MinMaxStatistics<T>(DataViewRow row, DataViewSchema.Column column, bool fixZero)
    : NormalizerStatistics<T>(row, column) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly long[] _present = EachSlot(column, () => 0L);
    protected T[] Min { get; } = EachSlot(column, () => T.PositiveInfinity);
    protected T[] Max { get; } = EachSlot(column, () => T.NegativeInfinity);

    public override ColumnFunction Finish()
    {
        AddAbsentZeros();
        var (scale, offset) = (new T[Size], new T[Size]);
        for (var i = 0; i < Size; i++)
        {
            if (!(Max[i] > Min[i])) continue;
            scale[i] = T.One / (fixZero ? T.Max(T.Abs(Max[i]), T.Abs(Min[i])) : Max[i] - Min[i]);
            if (!fixZero && scale[i] != T.Zero) offset[i] = Min[i];
        }
        return new AffineFunction<T>(Type, [scale, offset], false);
    }

    protected sealed override void Add(int slot, T value)
    {
        _present[slot]++;
        if (value > Max[slot]) Max[slot] = value;
        if (value < Min[slot]) Min[slot] = value;
    }

    protected void AddAbsentZeros()
    {
        for (var i = 0; i < Size; i++)
            if (_present[i] < Rows) Add(i, T.Zero);
    }
}

/// <summary>Centres by the running median and divides by a share of the range. The median is that of ML.NET, which keeps two
/// heaps and compares with the median so far; a range of zero is not guarded against, the values become infinite or
/// NaN.</summary>
internal sealed class RobustStatistics<T>(DataViewRow row, DataViewSchema.Column column, bool centerData, uint quantileMin,
    uint quantileMax) : MinMaxStatistics<T>(row, column, false) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RunningMedian[] _medians = EachSlot(column, () => new RunningMedian());

    protected override void AddRow(ReadOnlySpan<T> values, ReadOnlySpan<int> slots)
    {
        base.AddRow(values, slots);
        for (var i = 0; i < Size; i++) _medians[i].Add(values[i]);
    }

    public override ColumnFunction Finish()
    {
        AddAbsentZeros();
        var share = T.CreateTruncating((quantileMax - quantileMin) / 100f);
        T[] scale = [.. Max.Zip(Min, (max, min) => T.One / ((max - min) * share))];
        return new AffineFunction<T>(
            Type, [scale, centerData ? Array.ConvertAll(_medians, m => m.Median) : new T[Size]], false);
    }

    private sealed class RunningMedian
    {
        private readonly PriorityQueue<T, T> _below = new(Comparer<T>.Create((a, b) => b.CompareTo(a))), _above = new();
        public T Median { get; private set; }

        public void Add(T value)
        {
            var isBelow = value < Median;
            if (isBelow && _below.Count > _above.Count) Push(_above, _below.Dequeue());
            if (!isBelow && _above.Count > _below.Count) Push(_below, _above.Dequeue());
            Push(isBelow ? _below : _above, value);
            Median = _below.Count == _above.Count ? (_above.Peek() + _below.Peek()) / T.CreateTruncating(2)
                : (_below.Count > _above.Count ? _below : _above).Peek();
        }

        private static void Push(PriorityQueue<T, T> heap, T value) => heap.Enqueue(value, value);
    }
}

/// <summary>Mean and variance of each slot by Welford's recurrence over the non-zero finite values; zeros are added at the end.
/// With <c>useLog</c> the logarithms count instead, and zeros not at all.</summary>
internal sealed class MeanVarianceStatistics<T>(DataViewRow row, DataViewSchema.Column column, bool fixZero, bool useCdf,
    bool useLog) : NormalizerStatistics<T>(row, column) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double[] _mean = EachSlot(column, () => 0.0), _m2 = EachSlot(column, () => 0.0);
    private readonly long[] _counts = EachSlot(column, () => 0L), _missing = EachSlot(column, () => 0L);

    protected override void Add(int slot, T value)
    {
        if (value == T.Zero) return;
        if (useLog) value = T.CreateTruncating(Math.Log(double.CreateTruncating(value)));
        if (!T.IsFinite(value))
        {
            _missing[slot]++;
            return;
        }
        var x = double.CreateTruncating(value);
        var delta = x - _mean[slot];
        _mean[slot] += delta / ++_counts[slot];
        _m2[slot] += delta * (x - _mean[slot]);
    }

    public override ColumnFunction Finish()
    {
        var (first, second) = (new T[Size], new T[Size]);
        for (var i = 0; i < Size; i++)
        {
            if (!useLog) AddZeros(i, Rows - _missing[i] - _counts[i]);
            var variance = _counts[i] == 0 ? 0 : _m2[i] / _counts[i];
            if (variance == 0) continue;
            if (useCdf)
            {
                (first[i], second[i]) = (T.CreateTruncating(_mean[i]), T.CreateTruncating(Math.Sqrt(variance)));
                continue;
            }
            // logarithms of doubles, and only these, ignore fixZero in ML.NET
            var aroundZero = fixZero && !(useLog && typeof(T) == typeof(double));
            first[i] = T.One / T.CreateTruncating(Math.Sqrt(aroundZero ? variance + _mean[i] * _mean[i] : variance));
            if (!aroundZero && first[i] != T.Zero) second[i] = T.CreateTruncating(_mean[i]);
        }
        return useCdf ? new CdfFunction<T>(Type, [first, second], useLog) : new AffineFunction<T>(Type, [first, second], false);
    }

    private void AddZeros(int slot, long zeros)
    {
        if (zeros == 0) return;
        _counts[slot] += zeros;
        var delta = -_mean[slot];
        _mean[slot] += delta * zeros / _counts[slot];
        _m2[slot] += delta * -_mean[slot] * zeros;
    }
}

/// <summary>All values of each slot, to be cut into bins of about equal counts. NaN is left out, absent slots count as
/// zeros.</summary>
internal sealed class BinStatistics<T>(DataViewRow row, DataViewSchema.Column column, bool fixZero, int maximumBinCount)
    : NormalizerStatistics<T>(row, column) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<T>[] _values = EachSlot(column, () => new List<T>());
    private readonly long[] _missing = EachSlot(column, () => 0L);

    protected override void Add(int slot, T value)
    {
        if (T.IsNaN(value)) _missing[slot]++;
        else if (value != T.Zero) _values[slot].Add(value);
    }

    public override ColumnFunction Finish()
    {
        Contracts.CheckParam(maximumBinCount > 1, nameof(maximumBinCount), "Must be greater than 1");
        return new BinFunction<T>(Type, [.. _values.Select((values, slot) =>
            GreedyBinFinder.UpperBounds(values, Rows - _missing[slot] - values.Count, maximumBinCount))], fixZero);
    }
}
