using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>(x - offset) · scale in every slot.</summary>
internal sealed class AffineFunction<T> : NormalizerFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public const byte Tag = 0;

    private readonly T[] _scale, _offset; // no offset: all of them are zero

    public AffineFunction(T[] scale, T[] offset) : base(scale.Length) =>
        (_scale, _offset) = (scale, Array.TrueForAll(offset, o => o == T.Zero) ? null : offset);

    public AffineFunction(ModelLoadContext ctx)
        : this(ctx.LoadArray(ctx.Reader.ReadValue<T>), ctx.LoadArray(ctx.Reader.ReadValue<T>)) { }

    protected override bool KeepsSparsity => _offset is null;

    protected override void Map(ReadOnlySpan<T> values, ReadOnlySpan<int> slots, Span<T> result)
    {
        if (_offset is null && slots.IsEmpty)
            for (var i = 0; i < values.Length; i++) result[i] = values[i] * _scale[i];
        else if (_offset is null)
            for (var i = 0; i < values.Length; i++) result[i] = values[i] * _scale[slots[i]];
        else
            for (var i = 0; i < values.Length; i++) result[i] = (values[i] - _offset[i]) * _scale[i];
    }

    public override void Save(ModelSaveContext ctx)
    {
        ctx.Writer.Write(Tag);
        ctx.SaveArray(_scale, ctx.Writer.WriteValue);
        ctx.SaveArray(_offset ?? new T[_scale.Length], ctx.Writer.WriteValue);
    }
}
