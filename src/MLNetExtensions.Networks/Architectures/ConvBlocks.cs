namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// A convolutional network of one's own: blocks of 3×3 convolutions, each (batch-normalised and) followed by its activation, each
/// block halving the image by a pool or by the stride of its last convolution; then the mean of each channel and a Linear. It
/// takes images of any size that the blocks can halve. 1,148,874 parameters by default, for 3×32×32 images and 10 classes.
/// <list type="table">
/// <item><term>features.0 … features.n</term><description>a block each: <c>conv1</c>, <c>bn1</c>, <c>act1</c>, <c>conv2</c> …,
/// <c>pool</c></description></item>
/// <item><term>classifier</term><description>global average, (Dropout,) Linear <c>classes</c></description></item>
/// </list>
/// </summary>
public static class ConvBlocks
{
    private static readonly int[] DefaultChannels = [64, 128, 256];

    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="inputShape">The shape of one image; 3×32×32 when null.</param>
    /// <param name="channels">The channels of each block; 64, 128, 256 when null.</param>
    /// <param name="convolutions">The convolutions of a block.</param>
    /// <param name="downsampling">How a block halves the image.</param>
    /// <param name="batchNorm">Whether each convolution is batch-normalised.</param>
    /// <param name="activation">The function behind each convolution; <see cref="ReLU"/> when null.</param>
    /// <param name="dropout">The share dropped before the Linear while training, in [0, 1); no dropout layer when 0.</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null.</param>
    /// <exception cref="ArgumentException">There is no block, or the image is too small for them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A block has no convolution.</exception>
    public static NetworkDefinition Create(
        int classes = 10,
        TensorShape? inputShape = null,
        IReadOnlyList<int>? channels = null,
        int convolutions = 2,
        Downsampling downsampling = Downsampling.MaxPool,
        bool batchNorm = true,
        Activation? activation = null,
        double dropout = 0,
        Normalize? normalization = null)
    {
        channels ??= DefaultChannels;
        ArgumentOutOfRangeException.ThrowIfLessThan(convolutions, 1);
        if (channels.Count == 0)
            throw new ArgumentException("A network of convolutions needs at least one block.", nameof(channels));
        bool strided = downsampling == Downsampling.StridedConvolution;
        return NetworkDefinition.Build(inputShape ?? new(3, 32, 32), network => network
            .OptionalNormalize(normalization)
            .Sequential("features", features =>
            {
                for (int i = 0; i < channels.Count; i++)
                    features.Sequential($"{i}", block => Block(block, channels[i]));
            })
            .AdaptiveAvgPool2d(1, 1, "avgpool")
            .Flatten("flatten")
            .Sequential("classifier", classifier => _ = dropout == 0
                ? classifier.Linear(classes)
                : classifier.Dropout(dropout).Linear(classes)));

        void Block(NetworkBuilder block, int width)
        {
            for (int i = 1; i <= convolutions; i++)
            {
                block.Conv2d(
                    width, 3, strided && i == convolutions ? 2 : 1, padding: 1, bias: !batchNorm, name: $"conv{i}",
                    initialization: WeightInitialization.KaimingNormal);
                if (batchNorm)
                    block.BatchNorm2d(name: $"bn{i}");
                block.Add(activation ?? new ReLU(), $"act{i}");
            }
            if (!strided)
                block.MaxPool2d(2, name: "pool");
        }
    }
}
