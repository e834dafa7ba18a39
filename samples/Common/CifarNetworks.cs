using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples;

/// <summary>The networks for CIFAR-10: small forms of the well-known ones. Epochs are chosen for two processor cores, on which custom
/// takes less than 20 minutes and each of the others less than 15.</summary>
public static class CifarNetworks
{
    /// <summary>The mean and deviation of CIFAR-10's red, green and blue; the models take bytes.</summary>
    private static readonly Normalize Pixels = new([125.3f, 123.0f, 113.9f], [63.0f, 62.1f, 66.7f]);

    /// <summary>For networks with batch normalisation.</summary>
    private static readonly Sgd Steep = new(Momentum: 0.9, WeightDecay: 5e-4, Nesterov: true);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<NetworkRecipe> All { get; } =
    [
        Recipe("simple", 0.76, 30, 3e-3, new AdamW(), (shape, classes) =>
            SimpleCnn.Create(classes, shape, dropout: 0.2, Pixels)),
        Recipe("custom", 0.85, 12, 0.1, Steep, (shape, classes) =>
            ConvBlocks.Create(classes, shape, [48, 96, 192], normalization: Pixels)),
        Recipe("alexnet", 0.75, 9, 5e-4, new AdamW(), (shape, classes) =>
            AlexNet.Create(classes, shape, dropout: 0.2, normalization: Pixels, smallImages: true)),
        Recipe("vgg16", 0.75, 6, 0.05, Steep, (shape, classes) =>
            Vgg.Create(16, batchNorm: true, classes, shape, dropout: 0.1, Pixels, smallImages: true)),
        Recipe("googlenet", 0.75, 9, 0.1, Steep, (shape, classes) =>
            Inception.Create(classes, shape, dropout: 0.1, Pixels, smallImages: true)),
        // Of half the width, which leaves time for some epochs.
        Recipe("resnet18", 0.75, 7, 0.1, Steep, (shape, classes) =>
            ResNet.Create(18, classes, shape, Pixels, smallImages: true, width: 32)),
    ];

    private static NetworkRecipe Recipe(
        string name, double target, int epochs, double learningRate, Optimizer optimizer, NetworkArchitecture architecture) =>
        new(name, target, epochs, learningRate, optimizer, architecture)
        {
            Augmentations = [new RandomCrop(Padding: 4), new RandomHorizontalFlip()],
        };
}
