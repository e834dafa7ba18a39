namespace Samples;

/// <summary>Made-up images for machines without data: each class is a grating of another direction, at a random phase and under
/// noise. The directions lie within a quarter turn, so that none is another one's mirror image: samples flip images.</summary>
public static class SyntheticImages
{
    /// <summary>The number of classes.</summary>
    public const int Classes = 10;

    /// <summary>Draws an image of a class into <paramref name="pixels"/> [channels×side×side].</summary>
    public static void Draw(Span<byte> pixels, int side, int label, Random random)
    {
        double angle = Math.PI / 2 * label / (Classes - 1), phase = 2 * Math.PI * random.NextDouble(), frequency = 2 * Math.PI * 4 / side;
        int plane = side * side;
        for (int i = 0; i < pixels.Length; i++)
        {
            (int y, int x) = Math.DivRem(i % plane, side);
            double wave = Math.Sin(phase + frequency * (x * Math.Cos(angle) + y * Math.Sin(angle)));
            double noise = random.NextDouble() - 0.5;
            pixels[i] = (byte)Math.Clamp(128 + 70 * wave + 100 * noise, 0, 255);
        }
    }
}
