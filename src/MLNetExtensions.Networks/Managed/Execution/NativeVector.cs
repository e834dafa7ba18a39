using System.Numerics;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Managed;

/// <summary>A <see cref="ParameterVector"/> in native memory, which its owner frees.</summary>
internal unsafe class NativeVector<T>(T* values, long length, Elementwise<T> elementwise) : ParameterVector
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T* _values = values;

    public override double Norm() => Math.Sqrt(elementwise.SumOfSquares(_values, length));

    public override void Clamp(double bound) => elementwise.Clamp(_values, T.CreateTruncating(bound), length);

    public override void Scale(double factor) => elementwise.Scale(_values, T.CreateTruncating(factor), length);

    public override void MoveTowards(ParameterVector target, double share, long count) =>
        elementwise.Interpolate(_values, ValuesOf(target), T.CreateTruncating(share), count);

    public override void Copy(ParameterVector source, long start, long count)
    {
        long bytes = count * sizeof(T);
        Buffer.MemoryCopy(ValuesOf(source) + start, _values + start, bytes, bytes);
    }

    public override void Read(ParameterSlot slot, Span<float> target) =>
        ParameterStore<T>.Convert<T, float>(ParameterStore<T>.At(_values, slot), target);

    public override void Write(ParameterSlot slot, ReadOnlySpan<float> source) =>
        ParameterStore<T>.Convert<float, T>(source, ParameterStore<T>.At(_values, slot));

    private static T* ValuesOf(ParameterVector vector) => ((NativeVector<T>)vector)._values;
}
