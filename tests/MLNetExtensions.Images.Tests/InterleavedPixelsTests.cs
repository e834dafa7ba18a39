using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Images.Tests;

/// <summary>ML.NET's ExtractPixels writes the same image in two orders: one network learns from both, and scores both.</summary>
public sealed class InterleavedPixelsTests
{
    [Theory]
    [InlineData(false, ImagePixelExtractingEstimator.ColorBits.Rgb)]
    [InlineData(true, ImagePixelExtractingEstimator.ColorBits.Rgb)]
    [InlineData(true, ImagePixelExtractingEstimator.ColorBits.All)]
    [InlineData(false, ImagePixelExtractingEstimator.ColorBits.Red)]
    [InlineData(true, ImagePixelExtractingEstimator.ColorBits.Red | ImagePixelExtractingEstimator.ColorBits.Blue)]
    public void Both_orders_train_the_same_network_and_are_scored_by_it(
        bool asBytes, ImagePixelExtractingEstimator.ColorBits colours)
    {
        using ColouredFolder folder = new(perClass: 6);
        MLContext ml = new(seed: 1);
        IDataView images = ml.Transforms.ResizeImages("Resized", 6, 7, "Image").Fit(ml.Data.LoadFromImageFolder(folder.Root))
            .Transform(ml.Data.LoadFromImageFolder(folder.Root));
        IDataView planar = Extract(interleave: false), interleaved = Extract(interleave: true);
        Assert.Equal(7, ((VectorDataViewType)interleaved.Schema["Features"].Type).Dimensions[0]);

        ITransformer fromPlanar = Fit(planar), fromInterleaved = Fit(interleaved);
        float[] expected = Values.Floats(fromPlanar.Transform(planar));
        Assert.Equal(expected, Values.Floats(fromPlanar.Transform(interleaved)));
        Assert.Equal(expected, Values.Floats(fromInterleaved.Transform(interleaved)));
        Assert.Equal(expected, Values.Floats(fromInterleaved.Transform(planar)));

        IDataView Extract(bool interleave) => ml.Transforms
            .ExtractPixels("Features", "Resized", colours, interleavePixelColors: interleave, outputAsFloatArray: !asBytes)
            .Fit(images).Transform(images);

        ITransformer Fit(IDataView data) => ml.MulticlassClassification.Trainers.NeuralNetwork(new()
        {
            Architecture = (shape, classes) => NetworkDefinition.Build(shape, layers => layers
                .Conv2d(4, kernelSize: 3).ReLU().Flatten().Linear(classes)),
            Epochs = 2, BatchSize = 8, Seed = 1,
        }).Fit(data);
    }
}
