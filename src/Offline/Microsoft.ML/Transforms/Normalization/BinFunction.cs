using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>
/// The number of the bin a value is in, as a share of all bins; with <c>fixZero</c> less that of zero. NaN stays NaN.
/// </summary>
internal sealed class BinFunction<T> : NormalizerFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public const byte Tag = 2;

    private readonly T[][] _upperBounds;
    private readonly T[] _bins, _offset;
    private readonly bool _fixZero;

    public BinFunction(T[][] upperBounds, bool fixZero) : base(upperBounds.Length)
    {
        (_upperBounds, _fixZero) = (upperBounds, fixZero);
        _bins = Array.ConvertAll(upperBounds, b => T.CreateTruncating(Math.Max(1, b.Length - 1)));
        _offset = new T[upperBounds.Length];
        for (var i = 0; fixZero && i < _offset.Length; i++) _offset[i] = Bin(i, T.Zero) / _bins[i];
    }

    public BinFunction(ModelLoadContext ctx)
        : this(ctx.LoadArray(() => ctx.LoadArray(ctx.Reader.ReadValue<T>)), ctx.Reader.ReadBoolean()) { }

    protected override void Map(ReadOnlySpan<T> values, ReadOnlySpan<int> slots, Span<T> result)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var slot = slots.IsEmpty ? i : slots[i];
            result[i] = T.IsNaN(values[i]) ? values[i] : Bin(slot, values[i]) / _bins[slot] - _offset[slot];
        }
    }

    /// <summary>The first bin whose upper bound is not below the value; the last bin has none.</summary>
    private T Bin(int slot, T value)
    {
        var bounds = _upperBounds[slot];
        var (low, high) = (0, bounds.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (bounds[middle] >= value) high = middle;
            else low = middle + 1;
        }
        return T.CreateTruncating(low);
    }

    public override void Save(ModelSaveContext ctx)
    {
        ctx.Writer.Write(Tag);
        ctx.SaveArray(_upperBounds, bounds => ctx.SaveArray(bounds, ctx.Writer.WriteValue));
        ctx.Writer.Write(_fixZero);
    }
}
