using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>What a fitted normaliser does to a column, slot by slot.</summary>
internal abstract class NormalizerFunction
{
    public abstract Delegate MakeGetter(DataViewRow input, DataViewSchema.Column column, bool isVector);
    public abstract void Save(ModelSaveContext ctx);

    public static NormalizerFunction Load<T>(ModelLoadContext ctx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ctx.Reader.ReadByte() switch
    {
        AffineFunction<T>.Tag => new AffineFunction<T>(ctx),
        CdfFunction<T>.Tag => new CdfFunction<T>(ctx),
        BinFunction<T>.Tag => new BinFunction<T>(ctx),
        var tag => throw new FormatException($"Unknown kind {tag} of normaliser in the model"),
    };
}

internal abstract class NormalizerFunction<T>(int size) : NormalizerFunction where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether a slot that a sparse row leaves out stays zero.</summary>
    protected virtual bool KeepsSparsity => true;

    /// <param name="slots">The slots of the values; empty when they are all slots in order.</param>
    protected abstract void Map(ReadOnlySpan<T> values, ReadOnlySpan<int> slots, Span<T> result);

    public sealed override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column column, bool isVector)
    {
        if (!isVector)
        {
            var getScalar = input.GetGetter<T>(column);
            T value = default;
            return (ValueGetter<T>)((ref T result) =>
            {
                getScalar(ref value);
                Map(MemoryMarshal.CreateReadOnlySpan(ref value, 1), default, MemoryMarshal.CreateSpan(ref result, 1));
            });
        }
        var getVector = input.GetGetter<VBuffer<T>>(column);
        VBuffer<T> source = default, dense = default;
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> result) =>
        {
            getVector(ref source);
            if (source.Length != size)
                throw new InvalidOperationException($"Column '{column.Name}': {size} slots expected, got {source.Length}");
            if (!source.IsDense && !KeepsSparsity) source.CopyToDense(ref dense);
            ref readonly var from = ref source.IsDense || KeepsSparsity ? ref source : ref dense;
            var values = from.GetValues();
            var editor = VBufferEditor.Create(ref result, size, values.Length);
            Map(values, from.GetIndices(), editor.Values);
            from.GetIndices().CopyTo(editor.Indices);
            result = editor.Commit();
        });
    }
}
