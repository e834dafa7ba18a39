using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Data;

/// <summary>As many images as CIFAR-10 has to learn from.</summary>
[Collection("memory")]
public sealed class FullCifarTests : IDisposable
{
    private const int Files = 5, ImagesOfAFile = 10_000, Pixels = 3 * 32 * 32;

    /// <summary>All images as bytes take 146 MiB, as floats 586.</summary>
    private const long Limit = 400L << 20;

    private readonly TempFolder _folder = new();

    [Fact]
    public void Fifty_thousand_images_are_learned_from_in_the_memory_of_their_bytes()
    {
        MLContext ml = new(seed: 1);
        IDataView images = ml.Data.LoadFromCifar10Files([.. Enumerable.Range(1, Files).Select(Write)]);
        GC.Collect();
        long before = Environment.WorkingSet;
        PeakMemory peak = new();
        using NeuralNetworkTransformer model = ml.MulticlassClassification.Trainers.NeuralNetwork(new()
        {
            Architecture = (shape, classes) => NetworkDefinition.Build(shape, network => network
                .Normalize([127.5f, 127.5f, 127.5f], [127.5f, 127.5f, 127.5f]).AvgPool2d(8).Flatten().Linear(classes)),
            Epochs = 1,
            BatchSize = 128,
            LearningRate = 0.01,
            Augmentations = [new RandomCrop(Padding: 2)],
            Progress = peak,
        }).Fit(images);
        Assert.Equal(Files * ImagesOfAFile, peak.Examples);
        Assert.True(peak.Bytes - before < Limit, $"{(peak.Bytes - before) >> 20} MiB");
        // What was read is what was written: a bright square tells each class.
        Assert.True(ml.MulticlassClassification.Evaluate(model.Transform(ml.Data.TakeRows(images, 1000))).MicroAccuracy > 0.9);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Writes images of noise, with a bright square in another place of the upper edge, or in another colour, for each
    /// class.</summary>
    private string Write(int number)
    {
        string path = _folder.File($"data_batch_{number}.bin");
        using FileStream file = File.Create(path);
        Random random = new(number);
        byte[] image = new byte[Pixels];
        for (int i = 0; i < ImagesOfAFile; i++)
        {
            int label = random.Next(10);
            random.NextBytes(image);
            for (int row = 0; row < 8; row++)
                image.AsSpan((label / 4 * 1024) + (row * 32) + (label % 4 * 8), 8).Fill(255);
            file.WriteByte((byte)label);
            file.Write(image);
        }
        return path;
    }

    private sealed class PeakMemory : IProgress<TrainingProgress>
    {
        public long Bytes { get; private set; }

        public int Examples { get; private set; }

        public void Report(TrainingProgress value)
        {
            Bytes = Math.Max(Bytes, Environment.WorkingSet);
            Examples = Math.Max(Examples, Math.Min(value.Step * 128, Files * ImagesOfAFile));
        }
    }
}
