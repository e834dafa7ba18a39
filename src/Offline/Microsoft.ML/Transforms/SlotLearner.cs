namespace Microsoft.ML.Transforms;

/// <summary>What is learnt of the values of a slot. The zeros that sparse rows leave out are not added.</summary>
internal abstract class SlotStatistic<T>
{
    public abstract void Add(T value);

    /// <summary>The parameters of the slot, which had so many values, those that were not added included.</summary>
    public abstract T[] Finish(long total);
}

/// <summary>Learns a function by the parameters of each slot, a scalar being one slot.</summary>
/// <param name="bySlot">Without it all slots are taken for one.</param>
internal abstract class SlotLearner<T>(DataViewRow row, DataViewSchema.Column column, Func<SlotStatistic<T>> makeStatistic,
    Func<T[][], ColumnFunction> makeFunction, bool bySlot = true) : ColumnLearner
{
    private readonly Func<VBuffer<T>> _read = row.ReadSlots<T>(column);
    private long _total;
    protected SlotStatistic<T>[] Slots { get; } =
        [.. Enumerable.Range(0, bySlot ? column.Type.GetValueCount() : 1).Select(_ => makeStatistic())];

    public sealed override bool AddRow()
    {
        var vector = _read();
        AddRow(vector.GetValues(), vector.GetIndices());
        _total += bySlot ? 1 : vector.Length;
        return true;
    }

    /// <param name="values">The stored values of one row.</param>
    /// <param name="slots">Their slots; empty when the row is dense.</param>
    protected virtual void AddRow(ReadOnlySpan<T> values, ReadOnlySpan<int> slots)
    {
        for (var i = 0; i < values.Length; i++) Slots[!bySlot ? 0 : slots.IsEmpty ? i : slots[i]].Add(values[i]);
    }

    public sealed override ColumnFunction Finish() => makeFunction(Array.ConvertAll(Slots, slot => slot.Finish(_total)));
}
