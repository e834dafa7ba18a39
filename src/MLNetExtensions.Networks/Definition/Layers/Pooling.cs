namespace MLNetExtensions.Networks;

/// <summary>The largest value of each window; padding never wins. Input and output [channels×H×W].</summary>
/// <param name="KernelSize">Height and width of the window.</param>
/// <param name="Stride">Step of the window; 0 (the default) means <paramref name="KernelSize"/>.</param>
/// <param name="Padding">Cells of −∞ added on each side, at most half the window.</param>
/// <param name="CeilMode">Whether a last, partial window counts.</param>
public sealed record MaxPool2d(int KernelSize, int Stride = 0, int Padding = 0, bool CeilMode = false) : Layer
{
    /// <inheritdoc/>
    public override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) =>
        Window2d.PoolShape(RequireImage(inputs[0]), KernelSize, Stride, Padding, CeilMode);

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => output.Size * KernelSize * KernelSize;
}

/// <summary>The mean of each window, padding zeros included unless <paramref name="CountIncludePad"/> is false.
/// Input and output [channels×H×W].</summary>
/// <param name="KernelSize">Height and width of the window.</param>
/// <param name="Stride">Step of the window; 0 (the default) means <paramref name="KernelSize"/>.</param>
/// <param name="Padding">Zeros added on each side, at most half the window.</param>
/// <param name="CeilMode">Whether a last, partial window counts.</param>
/// <param name="CountIncludePad">Whether padding counts in the divisor.</param>
public sealed record AvgPool2d(
    int KernelSize, int Stride = 0, int Padding = 0, bool CeilMode = false, bool CountIncludePad = true) : Layer
{
    /// <inheritdoc/>
    public override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) =>
        Window2d.PoolShape(RequireImage(inputs[0]), KernelSize, Stride, Padding, CeilMode);

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => output.Size * KernelSize * KernelSize;
}

/// <summary>Averages so that the output has the given size, whatever the input's: cell i covers ⌊i·in/out⌋ to ⌈(i+1)·in/out⌉.
/// Input [channels×H×W], output [channels×<paramref name="Height"/>×<paramref name="Width"/>].</summary>
public sealed record AdaptiveAvgPool2d(int Height = 1, int Width = 1) : Layer
{
    /// <inheritdoc/>
    public override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (Height < 1 || Width < 1)
            throw new ArgumentException($"needs an output of at least 1×1, not {Height}×{Width}.");
        return new(RequireImage(inputs[0]).Channels, Height, Width);
    }

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => Math.Max(inputs[0].Size, output.Size);
}
