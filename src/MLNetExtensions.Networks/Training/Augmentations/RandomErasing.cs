namespace MLNetExtensions.Networks.Training;

/// <summary>Covers a random square of an image (DeVries and Taylor 2017, 'Cutout'; Zhong et al. 2020). The square's centre is
/// anywhere in the image, so that a part of it may lie outside.</summary>
/// <param name="Size">The side of the square in pixels, at least 1.</param>
/// <param name="Probability">The share of covered images, in [0, 1].</param>
/// <param name="Value">What covers it, in the unit of the features: the data's mean is the usual choice.</param>
public sealed record RandomErasing(int Size, double Probability = 0.5, float Value = 0) : Augmentation
{
    /// <inheritdoc/>
    public override void Check(TensorShape shape)
    {
        base.Check(shape);
        if (Size < 1 || Probability is not (>= 0 and <= 1) || !float.IsFinite(Value))
            throw new ArgumentException(
                $"Erasing needs a size of at least 1, a probability in [0, 1] and a finite value, not {Size}, {Probability} and {Value}.");
    }

    /// <inheritdoc/>
    public override void Apply(Span<float> example, Span<float> scratch, TensorShape shape, ref SplitMix64 random)
    {
        if (random.NextDouble() >= Probability)
            return;
        (int height, int width) = (shape[1], shape[2]);
        (int top, int left) = (random.Next(height) - Size / 2, random.Next(width) - Size / 2);
        (int firstRow, int endRow) = (Math.Max(top, 0), Math.Min(top + Size, height));
        (int first, int end) = (Math.Max(left, 0), Math.Min(left + Size, width));
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int row = firstRow; row < endRow; row++)
                example[((channel * height + row) * width + first)..((channel * height + row) * width + end)].Fill(Value);
        }
    }
}
