namespace MLNetExtensions.Tests;

/// <summary>The ResNet-18 that ML.NET's DnnFeaturizeImage takes, trained on ImageNet: the content of the package
/// Microsoft.ML.DnnImageFeaturizer.ResNet18. It takes 3×224×224 pixels, blue first, less their mean, and gives 512
/// features.</summary>
internal static class PretrainedResNet
{
    public const int Size = 224, Features = 512;

    public static string Path { get; } =
        System.IO.Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");

    /// <summary>Images of a few waves of each colour and some noise.</summary>
    public static float[][] Images(int count)
    {
        Random random = new(1);
        return [.. Enumerable.Range(0, count).Select(_ => Image(random))];
    }

    private static float[] Image(Random random)
    {
        float[] pixels = new float[3 * Size * Size];
        for (int color = 0; color < 3; color++)
        {
            double across = random.NextDouble() / 5, down = random.NextDouble() / 5, phase = 6 * random.NextDouble();
            for (int i = 0; i < Size * Size; i++)
                pixels[color * Size * Size + i] =
                    (float)(80 * Math.Sin(across * (i % Size) + down * (i / Size) + phase) + 80 * random.NextDouble() - 40);
        }
        return pixels;
    }
}
