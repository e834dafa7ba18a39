using static Microsoft.ML.Transforms.MissingValueReplacingEstimator;

namespace Microsoft.ML.Transforms;

/// <summary>Puts values in the place of the missing ones of a column: one value, or one for each slot.</summary>
internal sealed class ColumnReplacement<T>(DataViewType itemType, T[][] values, bool bySlot)
    : ColumnFunction<T>(itemType, values, bySlot) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _bySlot = bySlot;

    public override MappedColumn Map(string outputColumnName, DataViewSchema.Column input)
    {
        CheckType(input.Type.GetItemType());
        Contracts.CheckParam(input.Type.GetItemType() == Type, "inputSchema",
            $"Column '{input.Name}' is {input.Type}, but the replacement was learnt from {Type}");
        Contracts.CheckParam(!_bySlot || input.Type is VectorDataViewType vector && vector.Size == Values.Length, "inputSchema",
            $"Column '{input.Name}' is {input.Type}, but the replacement was learnt for {Values.Length} slots");
        var annotations = input.Keep(false, Kinds.SlotNames, Kinds.IsNormalized);
        return ItemMapping.Create<T, T>(outputColumnName, Type, annotations, input,
            (slot, value) => T.IsNaN(value) ? Values[_bySlot ? slot : 0][0] : value, staysSparse: true);
    }
}

/// <summary>Collects what will replace the missing values of one column, over all of it or for each slot.</summary>
internal sealed class ReplacementLearner<T>(DataViewRow row, DataViewSchema.Column column, ReplacementMode mode, bool bySlot)
    : SlotLearner<T>(row, column, () => ReplacementStatistic<T>.Create(mode, column.Type, IsBySlot(column, bySlot)),
        values => new ColumnReplacement<T>(column.Type.GetItemType(), values, IsBySlot(column, bySlot)), IsBySlot(column, bySlot))
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static bool IsBySlot(DataViewSchema.Column column, bool asked) =>
        asked && column.Type is VectorDataViewType { IsKnownSize: true };
}
