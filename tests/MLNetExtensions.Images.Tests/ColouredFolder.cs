using Microsoft.ML.Data;

namespace MLNetExtensions.Images.Tests;

/// <summary>A folder of small images of one colour each, a class a colour: blue, green and red, each a little different.</summary>
internal sealed class ColouredFolder : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <param name="perClass">The images of each class.</param>
    public ColouredFolder(int perClass)
    {
        Random random = new(1);
        foreach ((string name, int channel) in new[] { ("red", 0), ("green", 1), ("blue", 2) })
        {
            for (int i = 0; i < perClass; i++)
            {
                byte[] colour = [(byte)random.Next(90), (byte)random.Next(90), (byte)random.Next(90)];
                colour[channel] = (byte)random.Next(150, 256);
                Save(Path.Combine(name, $"{i:D3}.png"), 12 + i % 5, 10, colour);
            }
        }
    }

    public string Root => _folder.File("images");

    public string File(string name) => Path.Combine(Root, name);

    public void Save(string name, int width, int height, byte[] rgb)
    {
        byte[] pixels = [.. Enumerable.Range(0, width * height).SelectMany(_ => new byte[] { rgb[0], rgb[1], rgb[2], 255 })];
        Directory.CreateDirectory(Path.GetDirectoryName(File(name))!);
        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
        image.Save(File(name));
    }

    public void Dispose() => _folder.Dispose();
}
