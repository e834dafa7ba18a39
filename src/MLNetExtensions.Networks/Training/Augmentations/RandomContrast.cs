using System.Numerics.Tensors;

namespace MLNetExtensions.Networks.Training;

/// <summary>Moves every pixel of an image away from or towards the image's mean brightness by a random factor in 1 ±
/// <paramref name="Amount"/>, kept within 0 and <paramref name="Maximum"/> (torchvision's
/// <c>ColorJitter(contrast)</c>).</summary>
/// <param name="Amount">The largest change of the factor, in [0, 1].</param>
/// <param name="Maximum">The value of white: 255 for bytes.</param>
public sealed record RandomContrast(double Amount = 0.2, float Maximum = 255) : Augmentation
{
    /// <inheritdoc/>
    public override void Check(TensorShape shape)
    {
        base.Check(shape);
        if (Amount is not (>= 0 and <= 1) || !(Maximum > 0))
            throw new ArgumentException($"Contrast needs an amount in [0, 1] and a maximum above 0, not {Amount} and {Maximum}.");
    }

    /// <inheritdoc/>
    public override void Apply(Span<float> example, Span<float> scratch, TensorShape shape, ref SplitMix64 random)
    {
        float factor = (float)(1 + Amount * (2 * random.NextDouble() - 1));
        Span<float> grey = scratch[..(shape[1] * shape[2])];
        Luma.Of(example, grey, shape);
        float mean = TensorPrimitives.Sum(grey) / grey.Length;
        TensorPrimitives.Multiply(example, factor, example);
        TensorPrimitives.Add(example, mean * (1 - factor), example);
        TensorPrimitives.Clamp(example, 0, Maximum, example);
    }
}
