namespace MLNetExtensions.Networks.Training;

/// <summary>
/// Resamples an image through an affine map with bilinear interpolation. Pixels are unit squares with their centres at half
/// numbers (<c>align_corners=False</c> in PyTorch's terms).
/// </summary>
/// <param name="xx">The change of the source column by a step to the right in the result.</param>
/// <param name="xy">The change of the source column by a step down.</param>
/// <param name="x0">The source column of the result's upper left corner.</param>
/// <param name="yx">The change of the source row by a step to the right.</param>
/// <param name="yy">The change of the source row by a step down.</param>
/// <param name="y0">The source row of the result's upper left corner.</param>
internal readonly struct ImageWarp(float xx, float xy, float x0, float yx, float yy, float y0)
{
    /// <summary>Writes the image in <paramref name="source"/>, seen through the map, to <paramref name="result"/>.</summary>
    /// <param name="source">Planes of pixels.</param>
    /// <param name="result">As many; not the same memory.</param>
    /// <param name="shape">The shape of both.</param>
    /// <param name="repeatsEdge">Whether what lies outside has the colour of the nearest pixel, rather than 0.</param>
    public void Apply(ReadOnlySpan<float> source, Span<float> result, TensorShape shape, bool repeatsEdge)
    {
        (int height, int width) = (shape[1], shape[2]);
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            ReadOnlySpan<float> plane = source.Slice(channel * height * width, height * width);
            Span<float> target = result.Slice(channel * height * width, height * width);
            for (int row = 0; row < height; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    float x = xx * (column + 0.5f) + xy * (row + 0.5f) + x0 - 0.5f;
                    float y = yx * (column + 0.5f) + yy * (row + 0.5f) + y0 - 0.5f;
                    if (repeatsEdge)
                        (x, y) = (Math.Clamp(x, 0, width - 1), Math.Clamp(y, 0, height - 1));
                    target[row * width + column] = Sample(plane, x, y, height, width);
                }
            }
        }
    }

    private static float Sample(ReadOnlySpan<float> plane, float x, float y, int height, int width)
    {
        (float left, float top) = (MathF.Floor(x), MathF.Floor(y));
        (float right, float down) = (x - left, y - top);
        (int column, int row) = ((int)left, (int)top);
        float upper = Pixel(plane, row, column) * (1 - right) + Pixel(plane, row, column + 1) * right;
        float lower = Pixel(plane, row + 1, column) * (1 - right) + Pixel(plane, row + 1, column + 1) * right;
        return upper * (1 - down) + lower * down;

        float Pixel(ReadOnlySpan<float> plane, int row, int column) =>
            (uint)row < (uint)height && (uint)column < (uint)width ? plane[row * width + column] : 0;
    }
}
