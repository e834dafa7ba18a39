using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>What takes the place of the missing values of a column: one value, or one for each slot.</summary>
internal abstract class ColumnReplacement
{
    public static ColumnReplacement Default(DataViewType itemType) =>
        itemType == NumberDataViewType.Single ? new ColumnReplacement<float>([0], false)
            : new ColumnReplacement<double>([0], false);

    public abstract MappedColumn Map(string outputColumnName, DataViewSchema.Column input);

    public abstract void Save(ModelSaveContext ctx);

    public static ColumnReplacement Load(ModelLoadContext ctx) =>
        ctx.Reader.ReadType() == NumberDataViewType.Double ? new ColumnReplacement<double>(ctx)
            : new ColumnReplacement<float>(ctx);
}

internal sealed class ColumnReplacement<T>(T[] values, bool bySlot) : ColumnReplacement
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ColumnReplacement(ModelLoadContext ctx) : this(ctx.LoadArray(ctx.Reader.ReadValue<T>), ctx.Reader.ReadBoolean()) { }

    public override MappedColumn Map(string outputColumnName, DataViewSchema.Column input)
    {
        MissingValueReplacingEstimator.CheckType(input.Type.GetItemType());
        Contracts.CheckParam(input.Type.GetItemType().RawType == typeof(T), "inputSchema",
            $"Column '{input.Name}' is {input.Type}, but the replacement was learnt from {typeof(T).Name}");
        Contracts.CheckParam(!bySlot || input.Type is VectorDataViewType vector && vector.Size == values.Length, "inputSchema",
            $"Column '{input.Name}' is {input.Type}, but the replacement was learnt for {values.Length} slots");
        var annotations = input.Keep(false, AnnotationUtils.Kinds.SlotNames, AnnotationUtils.Kinds.IsNormalized);
        return bySlot ? MappedColumn.Map<VBuffer<T>, VBuffer<T>>(outputColumnName, input.Type, annotations, input, ReplaceBySlot)
            : ItemMapping.Create<T, T>(outputColumnName, (PrimitiveDataViewType)input.Type.GetItemType(), annotations, input,
                value => T.IsNaN(value) ? values[0] : value, T.Zero);
    }

    private void ReplaceBySlot(in VBuffer<T> row, ref VBuffer<T> result)
    {
        Contracts.Check(row.Length == values.Length,
            $"A vector of {row.Length} slots, but the replacement was learnt for {values.Length}.");
        var source = row.GetValues();
        var slots = row.GetIndices();
        var editor = VBufferEditor.Create(ref result, row.Length, source.Length);
        var target = editor.Values;
        for (var i = 0; i < source.Length; i++) target[i] = T.IsNaN(source[i]) ? values[row.IsDense ? i : slots[i]] : source[i];
        slots.CopyTo(editor.Indices);
        result = editor.Commit();
    }

    public override void Save(ModelSaveContext ctx)
    {
        ctx.Writer.WriteType(DataKinds.TypeOf(typeof(T)));
        ctx.SaveArray(values, ctx.Writer.WriteValue);
        ctx.Writer.Write(bySlot);
    }
}
