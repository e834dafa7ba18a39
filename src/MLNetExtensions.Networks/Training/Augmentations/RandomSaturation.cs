using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>Moves every pixel of a colour image away from or towards its grey by a random factor in 1 ±
/// <paramref name="Amount"/>, kept within 0 and <paramref name="Maximum"/> (torchvision's
/// <c>ColorJitter(saturation)</c>).</summary>
/// <param name="Amount">The largest change of the factor, in [0, 1].</param>
/// <param name="Maximum">The value of white: 255 for bytes.</param>
public sealed record RandomSaturation(double Amount = 0.2, float Maximum = 255) : Augmentation
{
    /// <inheritdoc/>
    public override void Check(TensorShape shape)
    {
        base.Check(shape);
        if (shape.Channels != 3)
            throw new ArgumentException($"Saturation needs images of red, green and blue [3×height×width], not {shape}.");
        if (Amount is not (>= 0 and <= 1) || !(Maximum > 0))
            throw new ArgumentException(
                $"Saturation needs an amount in [0, 1] and a maximum above 0, not {Amount} and {Maximum}.");
    }

    /// <inheritdoc/>
    public override void Apply(Span<float> example, Span<float> scratch, TensorShape shape, ref SplitMix64 random)
    {
        float factor = (float)(1 + Amount * (2 * random.NextDouble() - 1));
        int plane = shape[1] * shape[2];
        Span<float> grey = scratch[..plane];
        Luma.Of(example, grey, shape);
        TensorPrimitives.Multiply(grey, 1 - factor, grey);
        for (int channel = 0; channel < 3; channel++)
        {
            Span<float> values = example.Slice(channel * plane, plane);
            TensorPrimitives.MultiplyAdd(values, factor, grey, values);
        }
        TensorPrimitives.Clamp(example, 0, Maximum, example);
    }
}
