using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>The least or the greatest value; where there is none an infinity, or the last number before it.</summary>
internal sealed class ExtremeStatistic<T> : ReplacementStatistic<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _greatest, _onlyFinite;
    private long _seen;
    private T _extreme;

    public ExtremeStatistic(bool greatest, bool onlyFinite)
    {
        (_greatest, _onlyFinite) = (greatest, onlyFinite);
        _extreme = onlyFinite ? T.BitDecrement(T.PositiveInfinity) : T.PositiveInfinity;
        if (greatest) _extreme = -_extreme;
    }

    public override void Add(T value)
    {
        _seen++;
        if (_onlyFinite && !T.IsFinite(value)) return;
        if (_greatest ? value > _extreme : value < _extreme) _extreme = value;
    }

    public override T Finish(long total)
    {
        if (_seen < total) Add(T.Zero);
        return _extreme;
    }
}
