namespace MLNetExtensions.Networks.Training;

/// <summary>Cuts out a random part of an image and enlarges it to the image's size (Szegedy et al. 2015; torchvision's
/// <c>RandomResizedCrop</c>), with bilinear interpolation.</summary>
/// <param name="MinimumScale">The least share of the image's area, in (0, 1]; the largest is all of it.</param>
/// <param name="MaximumRatio">The largest ratio of the part's width to its height, or of its height to its width, relative to the
/// image's own; at least 1.</param>
public sealed record RandomResizedCrop(double MinimumScale = 0.3, double MaximumRatio = 4.0 / 3) : Augmentation
{
    /// <inheritdoc/>
    public override void Check(TensorShape shape)
    {
        base.Check(shape);
        if (MinimumScale is not (> 0 and <= 1) || !(MaximumRatio >= 1 && double.IsFinite(MaximumRatio)))
            throw new ArgumentException(
                $"A crop needs a least scale in (0, 1] and a largest ratio of at least 1, not {MinimumScale} and {MaximumRatio}.");
    }

    /// <inheritdoc/>
    public override void Apply(Span<float> example, Span<float> scratch, TensorShape shape, ref SplitMix64 random)
    {
        double scale = MinimumScale + (1 - MinimumScale) * random.NextDouble();
        double ratio = Math.Exp(Math.Log(MaximumRatio) * (2 * random.NextDouble() - 1));
        // A part that would be wider or higher than the image is as wide or high as it is.
        (double width, double height) = (Math.Min(1, Math.Sqrt(scale * ratio)), Math.Min(1, Math.Sqrt(scale / ratio)));
        double left = (1 - width) * random.NextDouble() * shape[2];
        double top = (1 - height) * random.NextDouble() * shape[1];
        example.CopyTo(scratch);
        new ImageWarp((float)width, 0, (float)left, 0, (float)height, (float)top)
            .Apply(scratch, example, shape, repeatsEdge: true);
    }
}
