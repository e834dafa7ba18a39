namespace Microsoft.ML.Transforms;

internal sealed class MinMaxLearner<T>(DataViewRow row, DataViewSchema.Column column, bool fixZero)
    : SlotLearner<T>(row, column, () => new MinMaxStatistic<T>(fixZero), p => new AffineFunction<T>(column.Type, p, false))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

internal sealed class MeanVarianceLearner<T>(DataViewRow row, DataViewSchema.Column column, bool fixZero, bool useCdf,
    bool useLog) : SlotLearner<T>(row, column, () => new MeanVarianceStatistic<T>(fixZero, useCdf, useLog),
        p => useCdf ? new CdfFunction<T>(column.Type, p, useLog) : new AffineFunction<T>(column.Type, p, false))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

internal sealed class RobustLearner<T>(DataViewRow row, DataViewSchema.Column column, bool center, uint quantileMin,
    uint quantileMax) : SlotLearner<T>(row, column, () => new RobustStatistic<T>(center, quantileMax - quantileMin),
        p => new AffineFunction<T>(column.Type, p, false)) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override void AddRow(ReadOnlySpan<T> values, ReadOnlySpan<int> slots)
    {
        base.AddRow(values, slots);
        // as ML.NET does also where the values are those of other slots
        for (var i = 0; i < Slots.Length; i++) ((RobustStatistic<T>)Slots[i]).AddToMedian(values[i]);
    }
}

internal sealed class BinLearner<T>(DataViewRow row, DataViewSchema.Column column, bool fixZero, int maximumBinCount)
    : SlotLearner<T>(row, column, () => new BinStatistic<T>(maximumBinCount), p => new BinFunction<T>(column.Type, p, fixZero))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>Least and greatest value, without NaN.</summary>
internal class MinMaxStatistic<T>(bool fixZero) : SlotStatistic<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T _min = T.PositiveInfinity, _max = T.NegativeInfinity;
    private long _present;

    public override void Add(T value)
    {
        _present++;
        if (value > _max) _max = value;
        if (value < _min) _min = value;
    }

    public override T[] Finish(long total)
    {
        var (min, max) = Range(total);
        if (!(max > min)) return [T.Zero, T.Zero];
        var scale = T.One / (fixZero ? T.Max(T.Abs(max), T.Abs(min)) : max - min);
        return [scale, fixZero || scale == T.Zero ? T.Zero : min];
    }

    protected (T Min, T Max) Range(long total)
    {
        if (_present < total) Add(T.Zero);
        return (_min, _max);
    }
}

/// <summary>
/// Centres by the running median and divides by a share of the range. The median is that of ML.NET, which keeps two heaps and
/// compares with the median so far; a range of zero is not guarded against, the values become infinite or NaN.
/// </summary>
internal sealed class RobustStatistic<T>(bool center, uint percent) : MinMaxStatistic<T>(false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PriorityQueue<T, T> _below = new(Comparer<T>.Create((a, b) => b.CompareTo(a))), _above = new();
    private T _median;

    public void AddToMedian(T value)
    {
        var isBelow = value < _median;
        if (isBelow && _below.Count > _above.Count) Push(_above, _below.Dequeue());
        if (!isBelow && _above.Count > _below.Count) Push(_below, _above.Dequeue());
        Push(isBelow ? _below : _above, value);
        _median = _below.Count == _above.Count ? (_above.Peek() + _below.Peek()) / T.CreateTruncating(2)
            : (_below.Count > _above.Count ? _below : _above).Peek();
    }

    public override T[] Finish(long total)
    {
        var (min, max) = Range(total);
        return [T.One / ((max - min) * T.CreateTruncating(percent / 100f)), center ? _median : T.Zero];
    }

    private static void Push(PriorityQueue<T, T> heap, T value) => heap.Enqueue(value, value);
}

/// <summary>
/// Mean and variance by Welford's recurrence over the non-zero finite values; zeros are added at the end. With <c>useLog</c>
/// the logarithms count instead, and zeros not at all.
/// </summary>
internal sealed class MeanVarianceStatistic<T>(bool fixZero, bool useCdf, bool useLog) : SlotStatistic<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private double _mean, _m2;
    private long _count, _missing;

    public override void Add(T value)
    {
        if (value == T.Zero) return;
        if (useLog) value = T.CreateTruncating(Math.Log(double.CreateTruncating(value)));
        if (!T.IsFinite(value))
        {
            _missing++;
            return;
        }
        var x = double.CreateTruncating(value);
        var delta = x - _mean;
        _mean += delta / ++_count;
        _m2 += delta * (x - _mean);
    }

    public override T[] Finish(long total)
    {
        if (!useLog) AddZeros(total - _missing - _count);
        var variance = _count == 0 ? 0 : _m2 / _count;
        if (variance == 0) return [T.Zero, T.Zero];
        if (useCdf) return [T.CreateTruncating(_mean), T.CreateTruncating(Math.Sqrt(variance))];
        // logarithms of doubles, and only these, ignore fixZero in ML.NET
        var aroundZero = fixZero && !(useLog && typeof(T) == typeof(double));
        var scale = T.One / T.CreateTruncating(Math.Sqrt(aroundZero ? variance + _mean * _mean : variance));
        return [scale, aroundZero || scale == T.Zero ? T.Zero : T.CreateTruncating(_mean)];
    }

    private void AddZeros(long zeros)
    {
        if (zeros == 0) return;
        _count += zeros;
        var delta = -_mean;
        _mean += delta * zeros / _count;
        _m2 += delta * -_mean * zeros;
    }
}

/// <summary>All values, to be cut into bins of about equal counts; without NaN.</summary>
internal sealed class BinStatistic<T>(int maximumBinCount) : SlotStatistic<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<T> _values = [];
    private long _missing;

    public override void Add(T value)
    {
        if (T.IsNaN(value)) _missing++;
        else if (value != T.Zero) _values.Add(value);
    }

    public override T[] Finish(long total)
    {
        Contracts.CheckParam(maximumBinCount > 1, nameof(maximumBinCount), "Must exceed 1");
        return GreedyBinFinder.UpperBounds(_values, total - _missing - _values.Count, maximumBinCount);
    }
}
