using System.Runtime.InteropServices;
using static Microsoft.ML.Transforms.MissingValueReplacingEstimator;

namespace Microsoft.ML.Transforms;

/// <summary>A number that stands for the values seen.</summary>
internal abstract class ReplacementStatistic<T> : SlotStatistic<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ReplacementStatistic<T> Create(ReplacementMode mode, DataViewType type, bool bySlot) => mode switch
    {
        ReplacementMode.Mean => new Mean(noneIsNaN: type is VectorDataViewType && !bySlot),
        ReplacementMode.Mode => new Mode(),
        // ML.NET leaves infinities out of doubles by slot, and only there
        _ => new Extreme(mode == ReplacementMode.Maximum, onlyFinite: bySlot && typeof(T) == typeof(double)),
    };

    public sealed override T[] Finish(long total) => [Value(total)];

    /// <param name="total">How many values there were, the zeros that sparse rows leave out included.</param>
    protected abstract T Value(long total);

    /// <summary>The running mean of the finite values; of none it is 0, but across slots ML.NET gives NaN.</summary>
    private sealed class Mean(bool noneIsNaN) : ReplacementStatistic<T>
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

        protected override T Value(long total) =>
            total == _missing && !noneIsNaN ? T.Zero : T.CreateTruncating(_mean * ((double)_nonZero / (total - _missing)));
    }

    /// <summary>The least or the greatest value; where there is none an infinity, or the last number before it.</summary>
    private sealed class Extreme(bool greatest, bool onlyFinite) : ReplacementStatistic<T>
    {
        private long _seen;
        private T _extreme = T.CopySign(
            onlyFinite ? T.BitDecrement(T.PositiveInfinity) : T.PositiveInfinity, greatest ? T.NegativeOne : T.One);

        public override void Add(T value)
        {
            _seen++;
            if (onlyFinite && !T.IsFinite(value)) return;
            if (greatest ? value > _extreme : value < _extreme) _extreme = value;
        }

        protected override T Value(long total)
        {
            if (_seen < total) Add(T.Zero);
            return _extreme;
        }
    }

    /// <summary>The finite value that came most often, of several the first to do so; 0 when there is none.</summary>
    private sealed class Mode : ReplacementStatistic<T>
    {
        private readonly Dictionary<T, int> _counts = [];
        private T _mode;
        private int _most;

        public override void Add(T value)
        {
            if (!T.IsFinite(value)) return;
            var count = ++CollectionsMarshal.GetValueRefOrAddDefault(_counts, value, out _);
            if (count > _most) (_mode, _most) = (value, count);
        }

        protected override T Value(long total) => _mode;
    }
}
