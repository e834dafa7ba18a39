using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>The gradients of all trained parameters, of whose tables only the rows in use are looked at.</summary>
internal sealed unsafe class GradientVector<T>(T* values, long length, Elementwise<T> elementwise, GradientRows[] tables)
    : NativeVector<T>(values, length, elementwise)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T* _values = values;
    private readonly long _length = length;
    private readonly Elementwise<T> _elementwise = elementwise;

    public override double Norm()
    {
        double sum = 0;
        long start = 0;
        foreach (GradientRows table in tables)
        {
            if (table.AreAll)
                continue;
            sum += _elementwise.SumOfSquares(_values + start, table.Start - start);
            foreach (int row in table.Rows)
            {
                foreach (T value in Row(table, row))
                    sum += double.CreateTruncating(value) * double.CreateTruncating(value);
            }
            start = ParameterLayout.Align(table.End);
        }
        return Math.Sqrt(sum + _elementwise.SumOfSquares(_values + start, _length - start));
    }

    public override void Clamp(double bound)
    {
        T most = T.CreateTruncating(bound);
        long start = 0;
        foreach (GradientRows table in tables)
        {
            if (table.AreAll)
                continue;
            _elementwise.Clamp(_values + start, most, table.Start - start);
            foreach (int row in table.Rows)
            {
                foreach (ref T value in Row(table, row))
                    value = T.Min(most, T.Max(-most, value));
            }
            start = ParameterLayout.Align(table.End);
        }
        _elementwise.Clamp(_values + start, most, _length - start);
    }

    public override void Scale(double factor)
    {
        T scale = T.CreateTruncating(factor);
        long start = 0;
        foreach (GradientRows table in tables)
        {
            if (table.AreAll)
                continue;
            _elementwise.Scale(_values + start, scale, table.Start - start);
            foreach (int row in table.Rows)
            {
                foreach (ref T value in Row(table, row))
                    value *= scale;
            }
            start = ParameterLayout.Align(table.End);
        }
        _elementwise.Scale(_values + start, scale, _length - start);
    }

    public override void Write(ParameterSlot slot, ReadOnlySpan<float> source)
    {
        base.Write(slot, source);
        foreach (GradientRows table in tables)
            table.AreAll |= table.Start == slot.Offset;
    }

    private Span<T> Row(GradientRows table, int row) => new(_values + table.Start + (long)row * table.Width, table.Width);
}
