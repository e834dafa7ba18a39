namespace Microsoft.ML.Transforms;

/// <summary>What a fitted normaliser does to a column, slot by slot, by arrays of parameters.</summary>
internal abstract class NormalizerFunction<T>(DataViewType type, T[][] parameters, bool flag)
    : ColumnFunction<T>(type, parameters, flag) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether a slot that a sparse row leaves out stays zero.</summary>
    protected virtual bool KeepsSparsity => true;
    protected abstract T Map(int slot, T value);

    /// <summary>A column of another type than the one that was fitted is refused when it is read.</summary>
    public sealed override MappedColumn Map(string outputColumnName, DataViewSchema.Column input)
    {
        var itemType = input.Type.GetItemType();
        input.CheckType(MissingValues.IsReal(itemType) && input.Type.GetValueCount() > 0, "scalar or known-size Single vector");
        var mapped = ItemMapping.Create<T, T>(outputColumnName, Type.GetItemType(), input.Keep(true, Kinds.SlotNames), input, Map,
            KeepsSparsity, Type);
        var fits = itemType == Type.GetItemType() && input.Type is VectorDataViewType == Type is VectorDataViewType;
        return fits ? mapped : mapped with
        {
            MakeGetter = _ => throw new InvalidOperationException(
                $"Column '{input.Name}' is {input.Type}, but the normaliser was fitted to {Type}."),
        };
    }
}

/// <summary>(x - offset) · scale, by the scale and the offset of each slot.</summary>
internal sealed class AffineFunction<T>(DataViewType type, T[][] parameters, bool flag)
    : NormalizerFunction<T>(type, parameters, flag) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override bool KeepsSparsity { get; } = Array.TrueForAll(parameters, slot => slot[1] == T.Zero);
    protected override T Map(int slot, T value) => (value - Values[slot][1]) * Values[slot][0];
}

/// <summary>The normal distribution function at x, or at log x, with the error function as Winitzki approximates it ("A handy
/// approximation for the error function", 2008, a = 0.147). A constant slot and a value that is not finite become 0.</summary>
internal sealed class CdfFunction<T>(DataViewType type, T[][] parameters, bool useLog)
    : NormalizerFunction<T>(type, parameters, useLog) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _useLog = useLog;

    protected override T Map(int slot, T value)
    {
        var x = _useLog ? T.CreateTruncating(Math.Log(double.CreateTruncating(value))) : value;
        var (mean, deviation) = (Values[slot][0], Values[slot][1]);
        return deviation > T.Epsilon && T.IsFinite(x) ? Cdf((x - mean) / deviation) : T.Zero;
    }

    private static T Cdf(T z)
    {
        var half = z * z / T.CreateTruncating(2);
        var bend = T.CreateTruncating(0.147) * half;
        var (h, b, one) = (double.CreateTruncating(half), double.CreateTruncating(bend), double.CreateTruncating(T.One + bend));
        return T.CreateTruncating(0.5 + 0.5 * T.Sign(z) * Math.Sqrt(1 - Math.Exp(-h * (4 / Math.PI + b) / one)));
    }
}

/// <summary>The number of the bin a value is in, as a share of all bins; with <c>fixZero</c> less that of zero. NaN stays
/// NaN.</summary>
internal sealed class BinFunction<T> : NormalizerFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _bins, _offset;

    public BinFunction(DataViewType type, T[][] upperBounds, bool fixZero) : base(type, upperBounds, fixZero)
    {
        _bins = Array.ConvertAll(upperBounds, b => T.CreateTruncating(Math.Max(1, b.Length - 1)));
        _offset = new T[upperBounds.Length];
        for (var i = 0; fixZero && i < _offset.Length; i++) _offset[i] = Bin(i, T.Zero) / _bins[i];
    }

    protected override T Map(int slot, T value) => T.IsNaN(value) ? value : Bin(slot, value) / _bins[slot] - _offset[slot];

    /// <summary>The first bin whose upper bound is not below the value; the last bin has none.</summary>
    private T Bin(int slot, T value)
    {
        var bounds = Values[slot];
        var bin = Array.BinarySearch(bounds, 0, bounds.Length - 1, value);
        return T.CreateTruncating(bin < 0 ? ~bin : bin);
    }
}
