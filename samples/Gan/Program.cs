using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Samples;
using Samples.Gan;

const int LatentSize = 64, Judged = 1000, GridRows = 8;

Option<string?> data = new("--data")
{
    Description = "a folder with the four files of MNIST, or of a data set of its format (default: mnist in MLNETEXT_DATA)",
};
Option<string> output = new("--output")
{
    Description = "the folder of pictures, checkpoints and the generator", DefaultValueFactory = _ => "gan",
};
Option<int> epochs = SampleProgram.Count("--epochs", "passes over the images", defaultValue: 14);
Option<int> channels = SampleProgram.Count("--channels", "channels of both networks next to the image", defaultValue: 32);
Option<bool> unconditional = new("--unconditional") { Description = "a pair that knows nothing of classes" };
RootCommand root = new("Trains a generator of handwritten digits against a discriminator (DCGAN).")
{
    data, output, epochs, channels, unconditional,
};
root.SetAction(arguments => Run(
    arguments.GetValue(data), arguments.GetValue(output)!, arguments.GetValue(epochs), arguments.GetValue(channels),
    !arguments.GetValue(unconditional)));
return await SampleProgram.RunAsync(root, args);

static int Run(string? folder, string output, int epochs, int channels, bool conditional)
{
    Stopwatch watch = Stopwatch.StartNew();
    MnistFiles files = MnistFiles.Choose(folder);
    // Pixels from -1 to 1, as the generator makes them.
    (TrainingData train, int classes) = ScaledImages.Read(files.TrainImages, files.TrainLabels, level => level / 127.5f - 1);
    (TrainingData test, _) = ScaledImages.Read(files.TestImages, files.TestLabels, level => level / 127.5f - 1);

    Judge judge = Judge.Train(train, test, classes);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A LeNet-5 that judges: {judge.Accuracy:P2} of the test images right"));

    AdversarialNetworks networks = DcGan.Create(train.FeatureShape, LatentSize, channels, conditional ? classes : 0);
    Console.WriteLine(networks.Generator);
    Console.WriteLine(networks.Discriminator);
    Directory.CreateDirectory(output);
    SampleGrid grid = new(output, networks.Generator, Latents(networks, classes, classes * GridRows, seed: 2), classes);
    AdversarialResult result = TrainingDisplay.Run(progress => AdversarialTrainer.Fit(
        networks, ManagedEngine.Default, train, new()
        {
            Epochs = epochs,
            BatchSize = 64,
            LearningRate = 5e-4,
            Optimizer = new Adam(Beta1: 0.5),
            AverageDecay = 0.999,
            DropLast = true,
            Seed = 1,
            Checkpoints = new(output),
            Callbacks = [grid],
        }, progress: progress));

    grid.Save(result.Generator, Path.Combine(output, "grid.png"));
    float[] latents = Latents(networks, classes, Judged, seed: 3);
    float[] made = NetworkOutputs.Of(result.Generator, latents, Judged);
    (double confidence, double[] shares) = judge.Classify(made, Judged);
    NetworkModel untrained = new(networks.Generator, NetworkWeights.Initialize(networks.Generator, 1));
    IReadOnlyList<double[]> real = Features(test, 0);
    double distance = FrechetDistance.Of(real, judge.Features(made, Judged));
    double before = FrechetDistance.Of(real, judge.Features(NetworkOutputs.Of(untrained, latents, Judged), Judged));
    double halves = FrechetDistance.Of(real, Features(test, test.Count - Math.Min(Judged, test.Count / 2)));
    bool bitEqual = SaveAndLoad(result.Generator, latents, Path.Combine(output, "generator.zip"));

    Console.WriteLine($"Shares of the classes: {string.Join(' ', shares.Select(share => share.ToString("P1", CultureInfo.InvariantCulture)))}");
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"Fréchet distance to real images: {distance:F2}; of the untrained generator {before:F2}, of other real images {halves:F2}"));
    Console.WriteLine($"Pictures: {Path.Combine(output, "grid.png")} and one an epoch");
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"result confidence={confidence:F4} smallest_share={shares.Min():F4} largest_share={shares.Max():F4} " +
        $"distance={distance:F3} untrained={before:F3} real={halves:F3} judge={judge.Accuracy:F4} epochs={result.History.Count} " +
        $"bit_equal={(bitEqual ? "true" : "false")} seconds={watch.Elapsed.TotalSeconds:F1}"));
    return files.AreGenerated || (confidence >= 0.9 && shares.Min() >= 0.04 && shares.Max() <= 0.2 && distance <= before / 10 && bitEqual) ? 0 : 1;

    IReadOnlyList<double[]> Features(TrainingData images, int start)
    {
        int count = Math.Min(Judged, images.Count / 2);
        float[] pixels = new float[count * (int)images.FeatureShape.Size];
        images.CopyFeatures([.. Enumerable.Range(start, count)], pixels);
        return judge.Features(pixels, count);
    }
}

// Inputs of the generator, of all classes in turn.
static float[] Latents(AdversarialNetworks networks, int classes, int count, int seed)
{
    int width = networks.LatentSize + networks.Classes;
    float[] rows = new float[count * width];
    SplitMix64 random = new(seed);
    for (int row = 0; row < count; row++)
    {
        for (int i = 0; i < networks.LatentSize; i++)
            rows[row * width + i] = (float)random.NextNormal();
        if (networks.Classes > 0)
            rows[row * width + networks.LatentSize + row % classes] = 1;
    }
    return rows;
}

// The generator as a step of a pipeline, from a column of latent values to one of images, in a model .zip.
static bool SaveAndLoad(NetworkModel generator, float[] latents, string path)
{
    MLContext ml = new();
    int width = generator.Definition.InputLayout.Size;
    SchemaDefinition schema = SchemaDefinition.Create(typeof(LatentRow));
    schema[nameof(LatentRow.Latent)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
    IDataView rows = ml.Data.LoadFromEnumerable(latents.Chunk(width).Take(10).Select(row => new LatentRow { Latent = row }), schema);
    ITransformer model = ml.Transforms.ApplyNeuralNetwork("Image", nameof(LatentRow.Latent), generator).Fit(rows);
    ml.Model.Save(model, rows.Schema, path);
    ITransformer loaded = new MLContext().Model.Load(path, out _);
    return Images(model).SequenceEqual(Images(loaded));

    IEnumerable<float> Images(ITransformer transformer) =>
        transformer.Transform(rows).GetColumn<float[]>("Image").SelectMany(image => image);
}
