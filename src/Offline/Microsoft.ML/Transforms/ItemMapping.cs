namespace Microsoft.ML.Transforms;

/// <summary>Columns computed item by item: a scalar from a scalar, a vector slot by slot.</summary>
internal static class ItemMapping
{
    /// <param name="absent">What becomes of the slots that a sparse vector leaves out.</param>
    public static MappedColumn Create<TIn, TOut>(string name, PrimitiveDataViewType itemType,
        DataViewSchema.Annotations annotations, DataViewSchema.Column input, Func<TIn, TOut> map, TOut absent)
    {
        if (input.Type is not VectorDataViewType vector)
            return MappedColumn.Map(name, itemType, annotations, input, (in TIn value, ref TOut result) => result = map(value));

        var staysSparse = EqualityComparer<TOut>.Default.Equals(absent, default);
        return MappedColumn.Map(name, new VectorDataViewType(itemType, vector.Dimensions), annotations, input,
            (in VBuffer<TIn> row, ref VBuffer<TOut> result) =>
            {
                Contracts.Check(vector.Size == 0 || row.Length == vector.Size,
                    $"Column '{input.Name}' has a vector of {row.Length} slots, but its type says {vector.Size}.");
                var values = row.GetValues();
                var slots = row.GetIndices();
                var keepsSlots = row.IsDense || staysSparse;
                var editor = VBufferEditor.Create(ref result, row.Length, keepsSlots ? values.Length : row.Length);
                if (keepsSlots) slots.CopyTo(editor.Indices);
                else editor.Values.Fill(absent);
                for (var i = 0; i < values.Length; i++) editor.Values[keepsSlots ? i : slots[i]] = map(values[i]);
                result = editor.Commit();
            });
    }
}
