using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>
/// Centres by the running median and divides by a share of the range. The median is that of ML.NET, which keeps two heaps and
/// compares with the median so far; a range of zero is not guarded against, the values become infinite or NaN.
/// </summary>
internal sealed class RobustStatistics<T>(int size, bool centerData, uint quantileMin, uint quantileMax)
    : MinMaxStatistics<T>(size, false) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RunningMedian[] _medians = [.. Enumerable.Range(0, size).Select(_ => new RunningMedian())];

    protected override void AddRow(ReadOnlySpan<T> values, ReadOnlySpan<int> slots)
    {
        base.AddRow(values, slots);
        for (var i = 0; i < Size; i++) _medians[i].Add(values[i]);
    }

    public override NormalizerFunction<T> Finish()
    {
        AddAbsentZeros();
        var share = T.CreateTruncating((quantileMax - quantileMin) / 100f);
        var scale = new T[Size];
        for (var i = 0; i < Size; i++) scale[i] = T.One / ((Max[i] - Min[i]) * share);
        return new AffineFunction<T>(scale, centerData ? Array.ConvertAll(_medians, m => m.Median) : new T[Size]);
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
