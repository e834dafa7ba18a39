using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>
/// All values of each slot, to be cut into bins of about equal counts. NaN is left out, absent slots count as zeros.
/// </summary>
internal sealed class BinStatistics<T>(int size, bool fixZero, int maximumBinCount) : SlotStatistics<T>(size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<T>[] _values = [.. Enumerable.Range(0, size).Select(_ => new List<T>())];
    private readonly long[] _missing = new long[size];

    protected override void AddRow(ReadOnlySpan<T> values, ReadOnlySpan<int> slots)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var slot = slots.IsEmpty ? i : slots[i];
            if (T.IsNaN(values[i])) _missing[slot]++;
            else if (values[i] != T.Zero) _values[slot].Add(values[i]);
        }
    }

    public override NormalizerFunction<T> Finish() =>
        new BinFunction<T>([.. _values.Select(UpperBounds)], fixZero);

    private T[] UpperBounds(List<T> values, int slot) =>
        GreedyBinFinder.UpperBounds(values, Rows - _missing[slot] - values.Count, maximumBinCount);
}
