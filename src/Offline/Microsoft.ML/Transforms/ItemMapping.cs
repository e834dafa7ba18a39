namespace Microsoft.ML.Transforms;

/// <summary>Columns computed item by item: a scalar, which has slot 0, from a scalar, a vector slot by slot.</summary>
internal static class ItemMapping
{
    /// <param name="map">Gives the item of a slot.</param>
    /// <param name="staysSparse">Whether the slots that a sparse vector leaves out are left out of the result.</param>
    /// <param name="type">The type that the input must have, if it is not its own.</param>
    public static MappedColumn Create<TIn, TOut>(string name, DataViewType itemType, DataViewSchema.Annotations annotations,
        DataViewSchema.Column input, Func<int, TIn, TOut> map, bool staysSparse, DataViewType type = null)
    {
        if ((type ?? input.Type) is not VectorDataViewType vector)
            return MappedColumn.Map<TIn, TOut>(name, itemType, annotations, input, (in x, ref y) => y = map(0, x));

        var outputType = new VectorDataViewType((PrimitiveDataViewType)itemType, vector.Dimensions);
        return MappedColumn.Map<VBuffer<TIn>, VBuffer<TOut>>(name, outputType, annotations, input, (in row, ref result) =>
        {
            Contracts.Check(vector.Size == 0 || row.Length == vector.Size,
                $"Column '{input.Name}' has a vector of {row.Length} slots, but its type says {vector.Size}.");
            var values = row.GetValues();
            var slots = row.GetIndices();
            var keepsSlots = row.IsDense || staysSparse;
            var editor = VBufferEditor.Create(ref result, row.Length, keepsSlots ? values.Length : row.Length);
            if (keepsSlots) slots.CopyTo(editor.Indices);
            else
                for (var slot = 0; slot < row.Length; slot++) editor.Values[slot] = map(slot, default);
            for (var i = 0; i < values.Length; i++)
            {
                var slot = row.IsDense ? i : slots[i];
                editor.Values[keepsSlots ? i : slot] = map(slot, values[i]);
            }
            result = editor.Commit();
        });
    }
}
