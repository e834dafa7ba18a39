namespace Microsoft.ML.Transforms;

internal static class SlotReader
{
    /// <summary>Reads a vector, or a scalar as a vector of one slot, always into the same buffers.</summary>
    public static Func<VBuffer<T>> ReadSlots<T>(this DataViewRow row, DataViewSchema.Column column)
    {
        var size = column.Type.GetValueCount();
        var get = column.Type is VectorDataViewType ? row.GetGetter<VBuffer<T>>(column) : OneSlot(row.GetGetter<T>(column));
        VBuffer<T> value = default;
        return () =>
        {
            get(ref value);
            Contracts.Check(size == 0 || value.Length == size, $"A column of {size} slots has a vector of {value.Length}.");
            return value;
        };
    }

    private static ValueGetter<VBuffer<T>> OneSlot<T>(ValueGetter<T> get) => (ref value) =>
    {
        var editor = VBufferEditor.Create(ref value, 1);
        get(ref editor.Values[0]);
        value = editor.Commit();
    };
}
