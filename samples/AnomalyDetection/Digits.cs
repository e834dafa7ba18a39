using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace Samples.AnomalyDetection;

/// <summary>One class of images is normal, and the detectors see nothing else; all others are anomalies.</summary>
internal sealed class Digits
{
    private const int CodeSize = 32;

    private readonly (byte[] Pixels, uint Class)[] _train, _test;
    private readonly SchemaDefinition _columns;

    private Digits((byte[] Pixels, uint Class)[] train, (byte[] Pixels, uint Class)[] test, IDataView view)
    {
        ReadOnlySpan<int> shape = [.. ((VectorDataViewType)view.Schema["Features"].Type).Dimensions];
        (_train, _test, _columns) = (train, test, DigitImage.Columns(shape[1], shape[2]));
        Classes = (int)((KeyDataViewType)view.Schema["Label"].Type).Count;
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>Reads the images.</summary>
    public static Digits Read(MLContext ml, MnistFiles files)
    {
        IDataView train = ml.Data.LoadFromIdxFiles(files.TrainImages, files.TrainLabels);
        return new(Rows(train), Rows(ml.Data.LoadFromIdxFiles(files.TestImages, files.TestLabels)), train);

        static (byte[], uint)[] Rows(IDataView view) =>
            [.. view.GetColumn<byte[]>("Features").Zip(view.GetColumn<uint>("Label"), (pixels, key) => (pixels, key - 1))];
    }

    /// <summary>The training images of one class.</summary>
    public IDataView Normal(MLContext ml, int normal) => View(ml, _train.Where(image => image.Class == normal), normal);

    /// <summary>The test images of all classes.</summary>
    public IDataView Test(MLContext ml, int normal) => View(ml, _test, normal);

    /// <summary>An autoencoder. A tenth of the images is held back to set its threshold by.</summary>
    public static NeuralNetworkTransformer FitAutoencoder(
        MLContext ml, IDataView normal, int epochs, IProgress<TrainingProgress> progress) =>
        ml.AnomalyDetection.Trainers.Autoencoder(new()
        {
            FeatureColumnName = nameof(DigitImage.Pixels),
            Architecture = (shape, _) => Autoencoder.Create(shape, CodeSize, [512, 256], new Normalize([0], [255])),
            Epochs = epochs,
            BatchSize = 64,
            Optimizer = new AdamW(),
            Schedule = new CosineSchedule(),
            ValidationFraction = 0.1,
            Seed = 1,
            Progress = progress,
        }).Fit(normal);

    /// <summary>ML.NET's own detector, of its default rank.</summary>
    public static ITransformer FitPca(MLContext ml, IDataView normal) =>
        ml.Transforms.Conversion.ConvertType("Features", nameof(DigitImage.Pixels), DataKind.Single)
            .Append(ml.AnomalyDetection.Trainers.RandomizedPca("Features", seed: 1)).Fit(normal);

    private IDataView View(MLContext ml, IEnumerable<(byte[] Pixels, uint Class)> images, int normal) => ml.Data.LoadFromEnumerable(
        images.Select(image => new DigitImage { Pixels = image.Pixels, Label = image.Class == normal ? 0 : 1 }).ToArray(), _columns);
}
