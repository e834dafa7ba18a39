namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// ResNet (He et al., "Deep Residual Learning for Image Recognition", 2015) of 18, 34 or 50 layers, with torchvision's parameter
/// names and shapes (the stride of a bottleneck in its 3×3 convolution). ResNet-18 has 11,689,512 parameters for 1000 classes,
/// ResNet-50 25,557,032.
/// <list type="table">
/// <item><term>conv1, bn1</term><description>Conv 64@7×7 stride 2, batch norm, ReLU, MaxPool 3/2</description></item>
/// <item><term>layer1 … layer4</term><description>Residual blocks of 64, 128, 256, 512 channels (50 layers: four times that), the
/// first of each but layer1 with stride 2</description></item>
/// <item><term>fc</term><description>global average, Linear <c>classes</c></description></item>
/// </list>
/// The form for small images keeps their size at first, as the paper's networks for CIFAR-10 do: Conv 64@3×3 in place of 7×7 with
/// stride 2, no pool. ResNet-18 has 11,173,962 parameters in it for 10 classes.
/// </summary>
public static class ResNet
{
    private const int Stages = 4, Width = 64;

    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="depth">The number of layers with weights: 18, 34 or 50.</param>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="inputShape">The shape of one image; when null 3×224×224, or 3×32×32 of the small form.</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null.</param>
    /// <param name="smallImages">Whether to make the form for images of some 32×32 pixels. The names of the parameters
    /// stay.</param>
    /// <param name="width">The channels of the first stage; each stage has twice those of the one before. Half as many cost a
    /// quarter of the operations.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no ResNet of that depth here, or the width is below 1.</exception>
    public static NetworkDefinition Create(
        int depth = 18, int classes = 1000, TensorShape? inputShape = null, Normalize? normalization = null,
        bool smallImages = false, int width = Width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (int[] blocks, bool bottleneck) = depth switch
        {
            18 => (new[] { 2, 2, 2, 2 }, false),
            34 => ([3, 4, 6, 3], false),
            50 => ([3, 4, 6, 3], true),
            _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "ResNet comes with 18, 34 or 50 layers."),
        };
        return NetworkDefinition.Build(inputShape.OrUsual(smallImages), network =>
        {
            network.OptionalNormalize(normalization)
                .ConvNorm(width, smallImages ? 3 : 7, smallImages ? 1 : 2, "conv1", "bn1").ReLU("relu");
            if (!smallImages)
                network.MaxPool2d(3, 2, 1, name: "maxpool");
            int channels = width;
            for (int stage = 0; stage < Stages; stage++)
            {
                int inner = width << stage;
                int output = bottleneck ? 4 * inner : inner;
                for (int block = 0; block < blocks[stage]; block++)
                {
                    int stride = stage > 0 && block == 0 ? 2 : 1;
                    bool projected = stride != 1 || channels != output;
                    network.Sequential($"layer{stage + 1}.{block}", layer => layer
                        .Residual(
                            main => _ = bottleneck ? Bottleneck(main, inner, stride) : Basic(main, inner, stride),
                            projected ? shortcut => shortcut.ConvNorm(output, 1, stride, "downsample.0", "downsample.1") : null,
                            "add")
                        .ReLU("relu"));
                    channels = output;
                }
            }
            network.AdaptiveAvgPool2d(1, 1, "avgpool").Flatten("flatten").Linear(classes, name: "fc");
        });
    }

    private static NetworkBuilder Basic(NetworkBuilder block, int width, int stride) => block
        .ConvNorm(width, 3, stride, "conv1", "bn1").ReLU("relu1")
        .ConvNorm(width, 3, 1, "conv2", "bn2");

    private static NetworkBuilder Bottleneck(NetworkBuilder block, int width, int stride) => block
        .ConvNorm(width, 1, 1, "conv1", "bn1").ReLU("relu1")
        .ConvNorm(width, 3, stride, "conv2", "bn2").ReLU("relu2")
        .ConvNorm(4 * width, 1, 1, "conv3", "bn3");

    /// <summary>A convolution that keeps the size but for its stride, and its batch normalisation.</summary>
    private static NetworkBuilder ConvNorm(
        this NetworkBuilder network, int channels, int kernelSize, int stride, string convolution, string norm) =>
        network
            .Conv2d(
                channels, kernelSize, stride, kernelSize / 2, bias: false, name: convolution,
                initialization: WeightInitialization.KaimingNormal)
            .BatchNorm2d(name: norm);
}
