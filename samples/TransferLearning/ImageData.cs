using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Samples.TransferLearning;

/// <summary>The folder of images to learn from.</summary>
internal static class ImageData
{
    private const int Classes = 4, PerClass = 15, Side = 96;

    /// <summary>The folder given, or the flowers in <c>MLNETEXT_DATA</c>, or made-up images; says which.</summary>
    public static string Choose(string? folder)
    {
        folder ??= SampleData.Folder("images/flowers");
        if (folder is null)
        {
            folder = Path.Combine(Path.GetTempPath(), "mlnetextensions-synthetic-images");
            Generate(folder);
            Console.WriteLine("Data: a few GENERATED images, not photographs. Name a folder of class folders with --data.");
        }
        Console.WriteLine($"Data: {folder}");
        return folder;
    }

    private static void Generate(string folder)
    {
        Random random = new(1);
        byte[] pixels = new byte[3 * Side * Side];
        for (int label = 0; label < Classes; label++)
        {
            string classFolder = Directory.CreateDirectory(Path.Combine(folder, $"direction {label}")).FullName;
            for (int i = 0; i < PerClass; i++)
            {
                SyntheticImages.Draw(pixels, Side, 3 * label, random);
                using Image<Rgb24> image = new(Side, Side);
                for (int y = 0; y < Side; y++)
                {
                    for (int x = 0; x < Side; x++)
                        image[x, y] = new(Level(0, y, x), Level(1, y, x), Level(2, y, x));
                }
                image.SaveAsPng(Path.Combine(classFolder, $"{i}.png"));
            }
        }

        byte Level(int channel, int y, int x) => pixels[(channel * Side + y) * Side + x];
    }
}
