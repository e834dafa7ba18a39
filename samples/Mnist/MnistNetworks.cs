using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;

namespace Samples.Mnist;

/// <summary>The networks for handwritten digits.</summary>
internal static class MnistNetworks
{
    /// <summary>The mean and deviation of MNIST's pixels; the models take bytes.</summary>
    private static readonly Normalize Pixels = new([33.32f], [78.57f]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<NetworkRecipe> All { get; } =
    [
        new("lenet5", 0.992, 12, 2e-3, new AdamW(), (shape, classes) => LeNet5.Create(classes, shape, Pixels))
        {
            Augmentations = [new RandomCrop(Padding: 2)],
        },
        new("dense", 0.984, 12, 2e-3, new AdamW(), (shape, classes) =>
            FeedForward.Create(shape, classes, [512, 256], dropout: 0.2, batchNorm: true, normalization: Pixels))
        {
            Augmentations = [new RandomCrop(Padding: 1)],
        },
        new("custom", 0.995, 10, 4e-3, new AdamW(), (shape, classes) =>
            ConvBlocks.Create(classes, shape, [24, 48, 96], dropout: 0.2, normalization: Pixels))
        {
            Augmentations = [new RandomCrop(Padding: 2), new RandomRotation(Degrees: 10)],
        },
    ];
}
