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
using Samples.Autoencoding;

const int LatentSize = 20, Columns = 10, SampleRows = 5;
const double Target = 105;

Option<string?> data = new("--data")
{
    Description = "a folder with the four files of MNIST, or of a data set of its format (default: mnist in MLNETEXT_DATA)",
};
Option<string> output = new("--output")
{
    Description = "the folder of the picture and the decoder", DefaultValueFactory = _ => "vae",
};
Option<int> epochs = SampleProgram.Count("--epochs", "passes over the images", defaultValue: 20);
RootCommand root = new("Trains a variational autoencoder of handwritten digits.") { data, output, epochs };
root.SetAction(arguments => Run(arguments.GetValue(data), arguments.GetValue(output)!, arguments.GetValue(epochs)));
return await SampleProgram.RunAsync(root, args);

static int Run(string? folder, string output, int epochs)
{
    Stopwatch watch = Stopwatch.StartNew();
    MnistFiles files = MnistFiles.Choose(folder);
    // Levels are taken for the probability that a pixel is set.
    TrainingData train = ScaledImages.Read(files.TrainImages, files.TrainLabels, level => level / 255f).Images;
    TrainingData test = ScaledImages.Read(files.TestImages, files.TestLabels, level => level / 255f).Images;

    NetworkDefinition network = VariationalAutoencoder.Create(train.FeatureShape, LatentSize);
    Console.WriteLine(network);
    TrainingResult result = TrainingDisplay.Run(
        progress => NetworkTrainer.Fit(network, ManagedEngine.Default, train.WithFeaturesAsTargets(), null, new()
        {
            Loss = new EvidenceLowerBoundLoss(),
            Epochs = epochs,
            BatchSize = 128,
            LearningRate = 1e-3,
            Seed = 1,
        }, progress: progress),
        metric: value => $"reconstruction error {value:F2}");
    double nats = EvidenceLowerBound.Negative(result.Model, ManagedEngine.Default, test);

    Directory.CreateDirectory(output);
    NetworkModel decoder = VariationalAutoencoder.Decoder(result.Model);
    float[] codes = Codes(Columns * SampleRows);
    SavePicture(result.Model, decoder, test, codes, Path.Combine(output, "digits.png"));
    bool bitEqual = SaveAndLoad(decoder, codes, Path.Combine(output, "decoder.zip"));
    Console.WriteLine($"Picture: {Path.Combine(output, "digits.png")}: test images, what the network makes of them, and made-up ones");
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"result nats={nats:F2} target={Target:F0} epochs={result.History.Count} bit_equal={(bitEqual ? "true" : "false")} " +
        $"seconds={watch.Elapsed.TotalSeconds:F1}"));
    return bitEqual && (files.AreGenerated || nats <= Target) ? 0 : 1;
}

// Draws of the standard normal distribution.
static float[] Codes(int count)
{
    SplitMix64 random = new(2);
    float[] codes = new float[count * LatentSize];
    foreach (ref float value in codes.AsSpan())
        value = (float)random.NextNormal();
    return codes;
}

// A row of test images, a row of their reconstructions, and rows of images made of codes.
static void SavePicture(NetworkModel model, NetworkModel decoder, TrainingData test, float[] codes, string path)
{
    TensorShape image = test.FeatureShape;
    float[] shown = new float[Columns * image.Size];
    test.CopyFeatures([.. Enumerable.Range(0, Columns)], shown);
    float[] given = NetworkOutputs.Of(model.WithOutputs(VariationalAutoencoder.Reconstruction), shown, Columns);
    float[] made = NetworkOutputs.Of(decoder, codes, codes.Length / LatentSize);
    ImageGrid.Save(
        [.. shown, .. given.Concat(made).Select(logit => 1 / (1 + MathF.Exp(-logit)))], image[1], image[2], Columns, path);
}

// The decoder as a step of a pipeline, from a column of codes to one of logits of pixels, in a model .zip.
static bool SaveAndLoad(NetworkModel decoder, float[] codes, string path)
{
    MLContext ml = new();
    SchemaDefinition schema = SchemaDefinition.Create(typeof(CodeRow));
    schema[nameof(CodeRow.Code)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, LatentSize);
    IDataView rows = ml.Data.LoadFromEnumerable(codes.Chunk(LatentSize).Select(code => new CodeRow { Code = code }), schema);
    ITransformer model = ml.Transforms.ApplyNeuralNetwork("Image", nameof(CodeRow.Code), decoder).Fit(rows);
    ml.Model.Save(model, rows.Schema, path);
    ITransformer loaded = new MLContext().Model.Load(path, out _);
    return Images(model).SequenceEqual(Images(loaded));

    IEnumerable<float> Images(ITransformer transformer) =>
        transformer.Transform(rows).GetColumn<float[]>("Image").SelectMany(image => image);
}
