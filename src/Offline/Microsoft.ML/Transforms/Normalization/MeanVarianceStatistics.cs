using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>
/// Mean and variance of each slot by Welford's recurrence over the non-zero finite values; zeros are added at the end.
/// With <c>useLog</c> the logarithms count instead, and zeros not at all.
/// </summary>
internal sealed class MeanVarianceStatistics<T>(int size, bool fixZero, bool useCdf, bool useLog) : SlotStatistics<T>(size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double[] _mean = new double[size], _m2 = new double[size];
    private readonly long[] _counts = new long[size], _missing = new long[size];

    protected override void AddRow(ReadOnlySpan<T> values, ReadOnlySpan<int> slots)
    {
        for (var i = 0; i < values.Length; i++) Update(slots.IsEmpty ? i : slots[i], values[i]);
    }

    private void Update(int slot, T value)
    {
        if (value == T.Zero) return;
        if (useLog) value = T.CreateTruncating(Math.Log(double.CreateTruncating(value)));
        if (!T.IsFinite(value))
        {
            _missing[slot]++;
            return;
        }
        var x = double.CreateTruncating(value);
        var delta = x - _mean[slot];
        _mean[slot] += delta / ++_counts[slot];
        _m2[slot] += delta * (x - _mean[slot]);
    }

    public override NormalizerFunction<T> Finish()
    {
        var (first, second) = (new T[Size], new T[Size]);
        for (var i = 0; i < Size; i++)
        {
            if (!useLog) AddZeros(i, Rows - _missing[i] - _counts[i]);
            var variance = _counts[i] == 0 ? 0 : _m2[i] / _counts[i];
            if (variance == 0) continue;
            if (useCdf)
                (first[i], second[i]) = (T.CreateTruncating(_mean[i]), T.CreateTruncating(Math.Sqrt(variance)));
            else
            {
                // logarithms of doubles, and only these, ignore fixZero in ML.NET
                var aroundZero = fixZero && !(useLog && typeof(T) == typeof(double));
                first[i] = T.One / T.CreateTruncating(Math.Sqrt(aroundZero ? variance + _mean[i] * _mean[i] : variance));
                if (!aroundZero && first[i] != T.Zero) second[i] = T.CreateTruncating(_mean[i]);
            }
        }
        return useCdf ? new CdfFunction<T>(first, second, useLog) : new AffineFunction<T>(first, second);
    }

    private void AddZeros(int slot, long zeros)
    {
        if (zeros == 0) return;
        _counts[slot] += zeros;
        var delta = -_mean[slot];
        _mean[slot] += delta * zeros / _counts[slot];
        _m2[slot] += delta * -_mean[slot] * zeros;
    }
}
