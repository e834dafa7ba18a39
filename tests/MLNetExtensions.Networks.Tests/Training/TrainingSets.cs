using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Tests;

/// <summary>Small sets and networks for the training loop's tests.</summary>
internal static class TrainingSets
{
    public static NetworkDefinition LinearNetwork(int features = 2) => NetworkDefinition.Build(new(features), network => network.Linear(1));

    /// <summary>Rows whose features are the row number, target 0.</summary>
    public static TrainingData Numbered(int count, int features = 2) => new InMemoryTrainingData<float>(
        new(features), [.. Enumerable.Range(0, count * features).Select(i => (float)(i / features))], new float[count]);

    /// <summary>Images [2×height×width] of bytes that differ everywhere.</summary>
    public static TrainingData Images(int count, int height = 6, int width = 5)
    {
        byte[] pixels = new byte[count * 2 * height * width];
        new Random(3).NextBytes(pixels);
        return new InMemoryTrainingData<byte>(new(2, height, width), pixels, new float[count]);
    }
}
