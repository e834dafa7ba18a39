using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Samples;

/// <summary>A picture of many grey images beside and below each other.</summary>
public static class ImageGrid
{
    /// <summary>Writes a PNG, row by row.</summary>
    /// <param name="pixels">The images behind each other, from 0 (black) to 1; what is beyond is cut.</param>
    /// <param name="height">Of one image, in pixels.</param>
    /// <param name="width">Of one image, in pixels.</param>
    /// <param name="columns">The images of a row.</param>
    /// <param name="path">The file.</param>
    public static void Save(float[] pixels, int height, int width, int columns, string path)
    {
        int images = pixels.Length / (height * width);
        using Image<L8> grid = new(columns * width, (images + columns - 1) / columns * height);
        for (int i = 0; i < pixels.Length; i++)
        {
            (int image, int pixel) = Math.DivRem(i, height * width);
            grid[image % columns * width + pixel % width, image / columns * height + pixel / width] =
                new((byte)Math.Clamp(pixels[i] * 255, 0, 255));
        }
        grid.SaveAsPng(path);
    }
}
