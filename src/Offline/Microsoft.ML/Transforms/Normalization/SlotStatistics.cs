using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>What one pass over a column collects for every slot, a scalar being a vector of one slot.</summary>
internal abstract class SlotStatistics<T>(int size) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected int Size => size;
    protected long Rows { get; private set; }

    /// <param name="values">The stored values of one row.</param>
    /// <param name="slots">Their slots; empty when the row is dense.</param>
    public void Add(ReadOnlySpan<T> values, ReadOnlySpan<int> slots)
    {
        Rows++;
        AddRow(values, slots);
    }

    public abstract NormalizerFunction<T> Finish();

    protected abstract void AddRow(ReadOnlySpan<T> values, ReadOnlySpan<int> slots);
}
