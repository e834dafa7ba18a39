using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>The mean of the finite values; running, so that it does not overflow. Of none it is 0, but across slots ML.NET gives NaN.</summary>
internal sealed class MeanStatistic<T>(bool noneIsNaN) : ReplacementStatistic<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private long _missing, _nonZero;
    private double _mean;

    public override void Add(T value)
    {
        if (value == T.Zero) return;
        if (!T.IsFinite(value))
        {
            _missing++;
            return;
        }
        var x = double.CreateTruncating(value);
        _nonZero++;
        // the difference of values of opposite signs could overflow
        if (_mean > 0 ^ x > 0) _mean = _mean - _mean / _nonZero + x / _nonZero;
        else _mean += (x - _mean) / _nonZero;
    }

    public override T Finish(long total) =>
        total == _missing && !noneIsNaN ? T.Zero : T.CreateTruncating(_mean * ((double)_nonZero / (total - _missing)));
}
