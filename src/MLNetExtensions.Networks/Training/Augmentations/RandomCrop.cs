namespace MLNetExtensions.Networks.Training;

/// <summary>Pads an image with zeros and cuts its size out again at a random place: a shift of up to <paramref name="Padding"/>
/// pixels each way (He et al., 2015, pad 32×32 images by 4).</summary>
/// <param name="Padding">Pixels added on each side, from 0 up to below the image's size.</param>
public sealed record RandomCrop(int Padding = 4) : Augmentation
{
    /// <inheritdoc/>
    public override void Check(TensorShape shape)
    {
        base.Check(shape);
        if (Padding < 0 || Padding >= Math.Min(shape[1], shape[2]))
            throw new ArgumentException($"A crop of images {shape} can't shift by {Padding} pixels.");
    }

    /// <inheritdoc/>
    public override void Apply(Span<float> example, Span<float> scratch, TensorShape shape, ref SplitMix64 random)
    {
        int down = random.Next(2 * Padding + 1) - Padding;
        int right = random.Next(2 * Padding + 1) - Padding;
        if (down == 0 && right == 0)
            return;
        (int height, int width) = (shape[1], shape[2]);
        example.CopyTo(scratch);
        example.Clear();
        int kept = width - Math.Abs(right);
        for (int row = 0; row < shape.Channels * height; row++)
        {
            int from = row % height - down;
            if (from < 0 || from >= height)
                continue;
            Span<float> source = scratch.Slice((row - down) * width + Math.Max(-right, 0), kept);
            source.CopyTo(example[(row * width + Math.Max(right, 0))..]);
        }
    }
}
