using System.Numerics;

namespace Microsoft.ML.Transforms;

/// <summary>Least and greatest value of each slot. NaN is not seen; a slot that a sparse row leaves out is a zero.</summary>
internal class MinMaxStatistics<T>(int size, bool fixZero) : SlotStatistics<T>(size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly long[] _present = new long[size];
    protected T[] Min { get; } = Filled(size, T.PositiveInfinity);
    protected T[] Max { get; } = Filled(size, T.NegativeInfinity);

    protected override void AddRow(ReadOnlySpan<T> values, ReadOnlySpan<int> slots)
    {
        for (var i = 0; i < values.Length; i++) Update(slots.IsEmpty ? i : slots[i], values[i]);
    }

    public override NormalizerFunction<T> Finish()
    {
        AddAbsentZeros();
        var (scale, offset) = (new T[Size], new T[Size]);
        for (var i = 0; i < Size; i++)
        {
            if (!(Max[i] > Min[i])) continue;
            scale[i] = T.One / (fixZero ? Largest(T.Abs(Max[i]), T.Abs(Min[i])) : Max[i] - Min[i]);
            if (!fixZero && scale[i] != T.Zero) offset[i] = Min[i];
        }
        return new AffineFunction<T>(scale, offset);
    }

    protected void AddAbsentZeros()
    {
        for (var i = 0; i < Size; i++)
            if (_present[i] < Rows) Update(i, T.Zero);
    }

    private void Update(int slot, T value)
    {
        _present[slot]++;
        if (value > Max[slot]) Max[slot] = value;
        if (value < Min[slot]) Min[slot] = value;
    }

    private static T Largest(T a, T b) => a > b ? a : b;

    private static T[] Filled(int size, T value)
    {
        var array = new T[size];
        Array.Fill(array, value);
        return array;
    }
}
