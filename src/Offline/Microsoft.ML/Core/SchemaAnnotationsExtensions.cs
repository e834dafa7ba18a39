namespace Microsoft.ML.Data;

public static class SchemaAnnotationsExtensions
{
    public static bool HasSlotNames(this DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { IsKnownSize: true } vector
        && column.GetVectorType(Kinds.SlotNames) is { ItemType: TextDataViewType } names && names.Size == vector.Size;

    public static bool IsNormalized(this DataViewSchema.Column column)
    {
        var value = false;
        if (column.Annotations.Schema.GetColumnOrNull(Kinds.IsNormalized)?.Type is BooleanDataViewType)
            column.Annotations.GetValue(Kinds.IsNormalized, ref value);
        return value;
    }

    /// <summary>The type of one slot of a vector; a scalar's own type.</summary>
    internal static DataViewType GetItemType(this DataViewType type) =>
        type is VectorDataViewType vector ? vector.ItemType : type;

    /// <summary>The size of a known vector, 0 of an unknown one, 1 of a scalar.</summary>
    internal static int GetValueCount(this DataViewType type) => type is VectorDataViewType vector ? vector.Size : 1;
}
