namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// VGG (Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014) of 11, 13, 16 or 19
/// layers, with torchvision's parameter names and shapes. VGG16 has 138,357,544 parameters for 1000 classes.
/// <list type="table">
/// <item><term>features</term><description>Five stages of 3×3 convolutions (64, 128, 256, 512, 512 channels), each convolution
/// followed by ReLU, each stage by MaxPool 2</description></item>
/// <item><term>classifier</term><description>Linear 4096, ReLU, Dropout, Linear 4096, ReLU, Dropout,
/// Linear <c>classes</c></description></item>
/// </list>
/// The form for small images (Liu and Deng, "Very Deep Convolutional Neural Network Based Image Classification Using Small
/// Training Sample Size", 2015) has the same features and a classifier 512 wide on all that the last pool leaves, a pixel of
/// 32×32: VGG16 with 10 classes has 15,245,130 parameters.
/// </summary>
public static class Vgg
{
    /// <summary>The width of the classifier, and that of the small form.</summary>
    private const int Width = 4096, SmallWidth = 512;

    private static readonly int[] StageChannels = [64, 128, 256, 512, 512];

    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="depth">The number of layers with weights: 11, 13, 16 or 19.</param>
    /// <param name="batchNorm">Whether each convolution is batch-normalised (torchvision's <c>vgg16_bn</c> and so on).</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="inputShape">The shape of one image; when null 3×224×224, or 3×32×32 of the small form.</param>
    /// <param name="dropout">The share dropped after each hidden Linear while training, in [0, 1).</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null.</param>
    /// <param name="smallImages">Whether to make the form for images of some 32×32 pixels. The names of the parameters
    /// stay.</param>
    /// <exception cref="ArgumentException">The image is below 32×32, too small for the pools; those of the small form round
    /// up.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no VGG of that depth.</exception>
    public static NetworkDefinition Create(
        int depth = 16,
        bool batchNorm = false,
        int classes = 1000,
        TensorShape? inputShape = null,
        double dropout = 0.5,
        Normalize? normalization = null,
        bool smallImages = false)
    {
        int width = smallImages ? SmallWidth : Width;
        int[] convolutions = depth switch
        {
            11 => [1, 1, 2, 2, 2],
            13 => [2, 2, 2, 2, 2],
            16 => [2, 2, 3, 3, 3],
            19 => [2, 2, 4, 4, 4],
            _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "VGG comes with 11, 13, 16 or 19 layers."),
        };
        return NetworkDefinition.Build(inputShape.OrUsual(smallImages), network =>
        {
            network.OptionalNormalize(normalization).Sequential("features", features =>
            {
                foreach ((int channels, int count) in StageChannels.Zip(convolutions))
                {
                    for (int i = 0; i < count; i++)
                    {
                        features.Conv2d(channels, 3, padding: 1, initialization: WeightInitialization.KaimingNormal);
                        if (batchNorm)
                            features.BatchNorm2d();
                        features.ReLU();
                    }
                    features.MaxPool2d(2, ceilMode: smallImages);
                }
            });
            if (!smallImages)
                network.AdaptiveAvgPool2d(7, 7, "avgpool");
            network.Flatten("flatten").Sequential("classifier", classifier => classifier
                .Linear(width, initialization: WeightInitialization.SmallNormal).ReLU().Dropout(dropout)
                .Linear(width, initialization: WeightInitialization.SmallNormal).ReLU().Dropout(dropout)
                .Linear(classes, initialization: WeightInitialization.SmallNormal));
        });
    }
}
