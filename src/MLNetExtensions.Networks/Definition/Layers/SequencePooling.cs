using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks;

/// <summary>The largest value of each window of a sequence; padding never wins. Input and output [channels×L].</summary>
/// <param name="KernelSize">Length of the window.</param>
/// <param name="Stride">Step of the window; 0 (the default) means <paramref name="KernelSize"/>.</param>
/// <param name="Padding">Cells of −∞ added on each side, at most half the window.</param>
/// <param name="CeilMode">Whether a last, partial window counts.</param>
/// <param name="Dilation">Distance of the cells of a window; 1, neighbours, when null.</param>
public sealed record MaxPool1d(
    int KernelSize, int Stride = 0, int Padding = 0, bool CeilMode = false, int? Dilation = null) : SequenceLayer
{
    /// <summary>Distance of the cells of a window; null where they are neighbours.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Dilation { get; init; } = Dilation == 1 ? null : Dilation;

    /// <summary>Step of the window.</summary>
    public int Stride { get; init; } = Stride == 0 ? KernelSize : Stride;

    internal override MaxPool2d AsImageLayer => new((1, KernelSize), (1, Stride), (0, Padding), CeilMode, (1, Dilation ?? 1));
}

/// <summary>The mean of each window of a sequence, padding zeros included unless <paramref name="CountIncludePad"/> is false.
/// Input and output [channels×L].</summary>
/// <param name="KernelSize">Length of the window.</param>
/// <param name="Stride">Step of the window; 0 (the default) means <paramref name="KernelSize"/>.</param>
/// <param name="Padding">Zeros added on each side, at most half the window.</param>
/// <param name="CeilMode">Whether a last, partial window counts.</param>
/// <param name="CountIncludePad">Whether padding counts in the divisor.</param>
public sealed record AvgPool1d(
    int KernelSize, int Stride = 0, int Padding = 0, bool CeilMode = false, bool CountIncludePad = true) : SequenceLayer
{
    /// <summary>Step of the window.</summary>
    public int Stride { get; init; } = Stride == 0 ? KernelSize : Stride;

    internal override AvgPool2d AsImageLayer => new((1, KernelSize), (1, Stride), (0, Padding), CeilMode, CountIncludePad);
}

/// <summary>Averages so that the output has the given length, whatever the input's: cell i covers ⌊i·in/out⌋ to ⌈(i+1)·in/out⌉.
/// Input [channels×L], output [channels×<paramref name="Length"/>].</summary>
public sealed record AdaptiveAvgPool1d(int Length = 1) : SequenceLayer
{
    internal override AdaptiveAvgPool2d AsImageLayer => new(1, Length);
}
