using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks;

/// <summary>The largest value of each window; padding never wins. Input and output [channels×H×W].</summary>
/// <param name="KernelSize">Height and width of the window.</param>
/// <param name="Stride">Step of the window; <paramref name="KernelSize"/> when null or 0.</param>
/// <param name="Padding">Cells of −∞ added on each side, at most half the window; none when null.</param>
/// <param name="CeilMode">Whether a last, partial window counts.</param>
/// <param name="Dilation">Distance of the cells of a window; 1, neighbours, when null.</param>
public sealed record MaxPool2d(
    Size2d KernelSize, Size2d? Stride = null, Size2d? Padding = null, bool CeilMode = false, Size2d? Dilation = null) : Layer
{
    /// <summary>Distance of the cells of a window; null where they are neighbours.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Size2d? Dilation { get; init; } = Dilation == 1 ? null : Dilation;

    /// <summary>Step of the window.</summary>
    public Size2d Stride { get; init; } = Stride is null || Stride == 0 ? KernelSize : Stride;

    /// <summary>Cells of −∞ added on each side.</summary>
    public Size2d Padding { get; init; } = Padding ?? 0;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) =>
        SlidingWindow.PoolShape(RequireImage(inputs[0]), KernelSize, Stride, Padding, CeilMode, Dilation);

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => output.Size * KernelSize.Area;
}

/// <summary>The mean of each window, padding zeros included unless <paramref name="CountIncludePad"/> is false.
/// Input and output [channels×H×W].</summary>
/// <param name="KernelSize">Height and width of the window.</param>
/// <param name="Stride">Step of the window; <paramref name="KernelSize"/> when null or 0.</param>
/// <param name="Padding">Zeros added on each side, at most half the window; none when null.</param>
/// <param name="CeilMode">Whether a last, partial window counts.</param>
/// <param name="CountIncludePad">Whether padding counts in the divisor.</param>
public sealed record AvgPool2d(
    Size2d KernelSize, Size2d? Stride = null, Size2d? Padding = null, bool CeilMode = false, bool CountIncludePad = true) : Layer
{
    /// <summary>Step of the window.</summary>
    public Size2d Stride { get; init; } = Stride is null || Stride == 0 ? KernelSize : Stride;

    /// <summary>Zeros added on each side.</summary>
    public Size2d Padding { get; init; } = Padding ?? 0;

    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) =>
        SlidingWindow.PoolShape(RequireImage(inputs[0]), KernelSize, Stride, Padding, CeilMode);

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => output.Size * KernelSize.Area;
}

/// <summary>Averages so that the output has the given size, whatever the input's: cell i covers ⌊i·in/out⌋ to ⌈(i+1)·in/out⌉.
/// Input [channels×H×W], output [channels×<paramref name="Height"/>×<paramref name="Width"/>].</summary>
public sealed record AdaptiveAvgPool2d(int Height = 1, int Width = 1) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        if (Height < 1 || Width < 1)
            throw new ArgumentException($"needs an output of at least 1×1, not {Height}×{Width}.");
        return new(RequireImage(inputs[0]).Channels, Height, Width);
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) => Math.Max(inputs[0].Size, output.Size);
}
