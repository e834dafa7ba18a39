namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// MobileNetV2 (Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018), with torchvision's parameter
/// names and shapes. 3,504,872 parameters and 0.6 GFLOP an image for 1000 classes at 224×224.
/// <list type="table">
/// <item><term>features.0</term><description>Conv 32@3×3 stride 2, batch norm, ReLU6</description></item>
/// <item><term>features.1 … features.17</term><description>Inverted residual blocks: a 1×1 convolution that widens (six times;
/// not in the first one), a depthwise 3×3 one, each with batch norm and ReLU6, and a 1×1 one that narrows, with batch norm alone;
/// added to the block's input where that has the same shape</description></item>
/// <item><term>features.18</term><description>Conv 1280@1×1, batch norm, ReLU6</description></item>
/// <item><term>classifier</term><description>global average, Dropout, Linear <c>classes</c></description></item>
/// </list>
/// The form for small images keeps their size at first: features.0 and features.2 have stride 1.
/// </summary>
public static class MobileNetV2
{
    /// <summary>Of each stage: how much blocks widen, their output channels, how many there are, the stride of the
    /// first.</summary>
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="inputShape">The shape of one image; when null 3×224×224, or 3×32×32 of the small form.</param>
    /// <param name="dropout">The share dropped before the Linear while training, in [0, 1).</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null.</param>
    /// <param name="smallImages">Whether to make the form for images of some 32×32 pixels. The parameters stay.</param>
    public static NetworkDefinition Create(
        int classes = 1000, TensorShape? inputShape = null, double dropout = 0.2, Normalize? normalization = null,
        bool smallImages = false) =>
        NetworkDefinition.Build(inputShape.OrUsual(smallImages), network => network
            .OptionalNormalize(normalization)
            .Sequential("features", features =>
            {
                int channels = 32;
                features.Sequential("0", layer => layer.ConvNormReLU6(channels, 3, stride: smallImages ? 1 : 2));
                int index = 1;
                foreach ((int expansion, int output, int blocks, int stride) in Stages)
                {
                    for (int block = 0; block < blocks; block++, index++, channels = output)
                    {
                        bool keepsSize = block > 0 || (smallImages && output == Stages[1].Channels);
                        features.InvertedResidual($"{index}", channels, expansion, output, keepsSize ? 1 : stride);
                    }
                }
                features.Sequential($"{index}", layer => layer.ConvNormReLU6(1280, 1));
            })
            .AdaptiveAvgPool2d(1, 1, "avgpool")
            .Flatten("flatten")
            .Sequential("classifier", classifier => classifier
                .Dropout(dropout).Linear(classes, initialization: WeightInitialization.SmallNormal)));

    private static void InvertedResidual(
        this NetworkBuilder features, string name, int channels, int expansion, int output, int stride)
    {
        if (stride == 1 && channels == output)
            features.Residual(Block, name: $"{name}.add");
        else
            Block(features);

        void Block(NetworkBuilder network) => network.Sequential($"{name}.conv", block =>
        {
            int width = channels * expansion, index = 0;
            if (expansion != 1)
                block.Sequential($"{index++}", layer => layer.ConvNormReLU6(width, 1));
            block.Sequential($"{index++}", layer => layer.ConvNormReLU6(width, 3, stride, groups: width));
            block.ConvNorm(output, 1, names: ($"{index}", $"{index + 1}"));
        });
    }

    private static NetworkBuilder ConvNormReLU6(
        this NetworkBuilder network, int channels, int kernelSize, int stride = 1, int groups = 1) =>
        network.ConvNorm(channels, kernelSize, stride, groups).ReLU6("2");

    /// <summary>A convolution that keeps the size but for its stride, and its batch normalisation.</summary>
    private static NetworkBuilder ConvNorm(
        this NetworkBuilder network, int channels, int kernelSize, int stride = 1, int groups = 1,
        (string Convolution, string Norm)? names = null)
    {
        (string convolution, string norm) = names ?? ("0", "1");
        return network
            .Conv2d(
                channels, kernelSize, stride, kernelSize / 2, groups: groups, bias: false, name: convolution,
                initialization: WeightInitialization.KaimingNormal)
            .BatchNorm2d(name: norm);
    }
}
