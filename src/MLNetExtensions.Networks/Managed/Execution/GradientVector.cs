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
        return Math.Sqrt(Visit(default, &SumOfSquares, &RowSumOfSquares));

        static double SumOfSquares(Elementwise<T> elementwise, T* values, long length, T _) =>
            elementwise.SumOfSquares(values, length);

        static double RowSumOfSquares(Span<T> row, T _)
        {
            double sum = 0;
            foreach (T value in row)
                sum += double.CreateTruncating(value) * double.CreateTruncating(value);
            return sum;
        }
    }

    public override void Clamp(double bound)
    {
        Visit(T.CreateTruncating(bound), &Clamp, &ClampRow);

        static double Clamp(Elementwise<T> elementwise, T* values, long length, T bound)
        {
            elementwise.Clamp(values, bound, length);
            return 0;
        }

        static double ClampRow(Span<T> row, T bound)
        {
            foreach (ref T value in row)
                value = T.Min(bound, T.Max(-bound, value));
            return 0;
        }
    }

    public override void Scale(double factor)
    {
        Visit(T.CreateTruncating(factor), &Scale, &ScaleRow);

        static double Scale(Elementwise<T> elementwise, T* values, long length, T factor)
        {
            elementwise.Scale(values, factor, length);
            return 0;
        }

        static double ScaleRow(Span<T> row, T factor)
        {
            foreach (ref T value in row)
                value *= factor;
            return 0;
        }
    }

    public override void Write(ParameterSlot slot, ReadOnlySpan<float> source)
    {
        base.Write(slot, source);
        foreach (GradientRows table in tables)
            table.AreAll |= table.Start == slot.Offset;
    }

    /// <summary>Does something to all gradients but those of rows that are not in use. Function pointers, because a delegate
    /// would be allocated in every step.</summary>
    /// <param name="operand">What <paramref name="whole"/> and <paramref name="part"/> are given.</param>
    /// <param name="whole">Does it to a stretch of padded parameters.</param>
    /// <param name="part">Does it to a row, which need not fill vectors.</param>
    /// <returns>The sum of what they return.</returns>
    private double Visit(
        T operand, delegate*<Elementwise<T>, T*, long, T, double> whole, delegate*<Span<T>, T, double> part)
    {
        double sum = 0;
        long start = 0;
        foreach (GradientRows table in tables)
        {
            if (table.AreAll)
                continue;
            sum += whole(_elementwise, _values + start, table.Start - start, operand);
            foreach (int row in table.Rows)
                sum += part(new(_values + table.Start + (long)row * table.Width, table.Width), operand);
            start = ParameterLayout.Align(table.End);
        }
        return sum + whole(_elementwise, _values + start, _length - start, operand);
    }
}
