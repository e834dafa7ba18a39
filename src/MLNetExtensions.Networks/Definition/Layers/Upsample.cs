using System.Text.Json.Serialization;

namespace MLNetExtensions.Networks;

/// <summary>How the pixels of an enlarged image come from those of the image.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UpsampleMode>))]
public enum UpsampleMode
{
    /// <summary>Each is the pixel that it lies in.</summary>
    Nearest,

    /// <summary>Each is interpolated between the four pixels around it.</summary>
    Bilinear,
}

/// <summary>An image enlarged by whole factors. Input [channels×H×W], output [channels×factor·H×factor·W].</summary>
/// <param name="ScaleFactor">How many pixels each becomes, down and across.</param>
/// <param name="Mode">Where they come from.</param>
/// <param name="AlignCorners">For <see cref="UpsampleMode.Bilinear"/>, whether the centres of the corner pixels stay where they
/// are, rather than the corners of the image.</param>
public sealed record Upsample(Size2d ScaleFactor, UpsampleMode Mode = UpsampleMode.Nearest, bool AlignCorners = false) : Layer
{
    internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs)
    {
        TensorShape input = RequireImage(inputs[0]);
        if (ScaleFactor.Height < 1 || ScaleFactor.Width < 1)
            throw new ArgumentException($"needs factors of at least 1, not {ScaleFactor}.");
        if (AlignCorners && Mode != UpsampleMode.Bilinear)
            throw new ArgumentException($"can align corners in mode {UpsampleMode.Bilinear} only, not {Mode}.");
        return new(input.Channels, checked(input[1] * ScaleFactor.Height), checked(input[2] * ScaleFactor.Width));
    }

    internal override long Flops(IReadOnlyList<TensorShape> inputs, TensorShape output) =>
        Mode == UpsampleMode.Nearest ? 0 : 8 * output.Size;
}
