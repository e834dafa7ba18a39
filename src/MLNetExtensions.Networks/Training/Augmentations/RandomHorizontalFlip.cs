namespace MLNetExtensions.Networks.Training;

/// <summary>Mirrors an image left to right with the given probability. Not for digits and letters.</summary>
/// <param name="Probability">The share of mirrored images, in [0, 1].</param>
public sealed record RandomHorizontalFlip(double Probability = 0.5) : Augmentation
{
    /// <inheritdoc/>
    public override void Check(TensorShape shape)
    {
        base.Check(shape);
        if (Probability is not (>= 0 and <= 1))
            throw new ArgumentException($"The probability of a flip must be in [0, 1], not {Probability}.");
    }

    /// <inheritdoc/>
    public override void Apply(Span<float> example, Span<float> scratch, TensorShape shape, ref SplitMix64 random)
    {
        if (random.NextDouble() >= Probability)
            return;
        int width = shape[2];
        for (int row = 0; row < example.Length; row += width)
            example.Slice(row, width).Reverse();
    }
}
