using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Images.Tests;

/// <summary>Images through ML.NET's own transforms into our trainers, and back from the file.</summary>
public sealed class PipelineTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TempFolder _models = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_is_learned_saved_and_scored_from_an_image_in_memory(bool asBytes)
    {
        using ColouredFolder folder = new(perClass: 20);
        IDataView data = _ml.Data.LoadFromImageFolder(folder.Root);
        var pipeline = _ml.Transforms.ResizeImages("Resized", 8, 8, "Image")
            .Append(_ml.Transforms.ExtractPixels("Features", "Resized", outputAsFloatArray: !asBytes))
            .Append(_ml.MulticlassClassification.Trainers.NeuralNetwork(new()
            {
                // Raw pixels in, so that whoever loads the model needs no other preparation.
                Architecture = (shape, classes) => NetworkDefinition.Build(new(3, 8, 8), layers => layers
                    .Normalize([127.5f, 127.5f, 127.5f], [127.5f, 127.5f, 127.5f])
                    .Conv2d(8, kernelSize: 3).ReLU().AdaptiveAvgPool2d(1).Flatten().Linear(classes)),
                InputShape = new(3, 8, 8),
                Epochs = 30, BatchSize = 16, LearningRate = 0.01,
            }))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Class", "PredictedLabel"));
        ITransformer model = pipeline.Fit(data);
        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(model.Transform(data));
        Assert.True(metrics.MicroAccuracy == 1, $"accuracy {metrics.MicroAccuracy}");

        string path = _models.File("colours.zip");
        _ml.Model.Save(model, data.Schema, path);
        ITransformer loaded = new MLContext().Model.Load(path, out _);
        Assert.Equal(Values.Floats(model.Transform(data)), Values.Floats(loaded.Transform(data)));

        byte[] green = [.. Enumerable.Range(0, 30 * 20).SelectMany(_ => new byte[] { 20, 200, 30, 255 })];
        using MLImage image = MLImage.CreateFromPixels(30, 20, MLPixelFormat.Rgba32, green);
        PredictionEngine<Picture, Answer> engine = new MLContext().Model.CreatePredictionEngine<Picture, Answer>(loaded);
        Assert.Equal("green", engine.Predict(new() { Image = image }).Class);
    }

    public void Dispose() => _models.Dispose();

    public sealed class Picture
    {
        [Microsoft.ML.Transforms.Image.ImageType(20, 30)]
        public MLImage? Image { get; set; }

        [KeyType(3)]
        public uint Label { get; set; }

        public string ImagePath { get; set; } = "";
    }

    public sealed class Answer
    {
        public string Class { get; set; } = "";
    }
}
