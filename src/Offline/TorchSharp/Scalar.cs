namespace TorchSharp;

/// <summary>A number for an operator. The original keeps it in native memory; here there is none to release.</summary>
public sealed class Scalar : IDisposable
{
    private Scalar(Argument value) => Value = value;

    internal Argument Value { get; }

    public static implicit operator Scalar(double value) => new(value);
    public static implicit operator Scalar(float value) => new((double)value);
    public static implicit operator Scalar(int value) => new((long)value);
    public static implicit operator Scalar(long value) => new(value);

    public void Dispose() { }
}
