namespace MLNetExtensions.Networks.Training;

/// <summary>CutMix (Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", 2019): a
/// rectangle of an image is replaced by that of another one. Its sides are √(1 − λ) of the image's, with λ from Beta(α, α), its
/// centre is anywhere; the share of a target is that of the pixels.</summary>
/// <param name="Alpha">α, above 0; the paper takes 1.</param>
/// <param name="Probability">The share of mixed examples, in [0, 1]; the paper takes 0.5 on CIFAR-10.</param>
public sealed record CutMix(double Alpha = 1, double Probability = 0.5) : ExampleMixing(Alpha, Probability)
{
    /// <inheritdoc/>
    public override void Check(TensorShape shape)
    {
        base.Check(shape);
        if (shape.Rank != 3)
            throw new ArgumentException($"CutMix needs images [channels×height×width], not examples of shape {shape}.");
    }

    /// <inheritdoc/>
    public override double Mix(Span<float> example, ReadOnlySpan<float> other, TensorShape shape, ref SplitMix64 random)
    {
        (int height, int width) = (shape[1], shape[2]);
        double side = Math.Sqrt(1 - BetaDistribution.Draw(Alpha, ref random));
        (int top, int bottom) = Cut(height, side, ref random);
        (int left, int right) = Cut(width, side, ref random);
        for (int row = 0; row < shape.Channels * height; row++)
        {
            if (row % height >= top && row % height < bottom)
                other[(row * width + left)..(row * width + right)].CopyTo(example[(row * width + left)..]);
        }
        return 1 - (double)(bottom - top) * (right - left) / (height * width);
    }

    /// <summary>Where a cut about a random centre begins and ends within a length.</summary>
    private static (int Begin, int End) Cut(int length, double share, ref SplitMix64 random)
    {
        int size = (int)(length * share), begin = random.Next(length) - size / 2;
        return (Math.Max(begin, 0), Math.Min(begin + size, length));
    }
}
