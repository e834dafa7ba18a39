namespace MLNetExtensions.Networks.Training;

/// <summary>Turns an image about its centre by a random angle (torchvision's <c>RandomRotation</c>), with bilinear interpolation;
/// what comes in from outside is 0.</summary>
/// <param name="Degrees">The largest angle each way, in [0, 180].</param>
public sealed record RandomRotation(double Degrees = 15) : Augmentation
{
    /// <inheritdoc/>
    public override void Check(TensorShape shape)
    {
        base.Check(shape);
        if (Degrees is not (>= 0 and <= 180))
            throw new ArgumentException($"The largest angle of a rotation must be in [0, 180] degrees, not {Degrees}.");
    }

    /// <inheritdoc/>
    public override void Apply(Span<float> example, Span<float> scratch, TensorShape shape, ref SplitMix64 random)
    {
        double angle = Degrees * (2 * random.NextDouble() - 1) * Math.PI / 180;
        (float cos, float sin) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        (float x, float y) = (shape[2] / 2f, shape[1] / 2f);
        example.CopyTo(scratch);
        new ImageWarp(cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y)
            .Apply(scratch, example, shape, repeatsEdge: false);
    }
}
