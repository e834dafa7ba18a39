namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// GoogLeNet, the first Inception network (Szegedy et al., "Going Deeper with Convolutions", 2014), in the batch-normalised form
/// of torchvision with its parameter names and shapes, without the auxiliary classifiers (as torchvision scores it). 6,624,904
/// parameters for 1000 classes. As in torchvision, whose weights depend on it, the paper's 5×5 branch has 3×3 convolutions.
/// <list type="table">
/// <item><term>conv1 … conv3</term><description>Conv 64@7×7 stride 2, MaxPool 3/2, Conv 64@1×1, Conv
/// 192@3×3, MaxPool 3/2</description></item>
/// <item><term>inception3a … 5b</term><description>Nine blocks of four branches (1×1; 1×1 then 3×3, twice; MaxPool then 1×1),
/// joined along the channels; MaxPool after 3b and 4e</description></item>
/// <item><term>fc</term><description>global average, Dropout, Linear <c>classes</c></description></item>
/// </list>
/// </summary>
public static class Inception
{
    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="inputShape">The shape of one image; 3×224×224 when null.</param>
    /// <param name="dropout">The share dropped before the last layer while training, in [0, 1).</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null. torchvision's
    /// pretrained weights, unlike those of its other networks, expect (pixel − 127.5) / 127.5.</param>
    public static NetworkDefinition Create(
        int classes = 1000, TensorShape? inputShape = null, double dropout = 0.2, Normalize? normalization = null) =>
        NetworkDefinition.Build(inputShape ?? new(3, 224, 224), network =>
        {
            network.OptionalNormalize(normalization);
            Convolution(network, "conv1", 64, 7, stride: 2, padding: 3);
            network.MaxPool2d(3, 2, ceilMode: true, name: "maxpool1");
            Convolution(network, "conv2", 64, 1);
            Convolution(network, "conv3", 192, 3, padding: 1);
            network.MaxPool2d(3, 2, ceilMode: true, name: "maxpool2");
            Block(network, "3a", 64, 96, 128, 16, 32, 32);
            Block(network, "3b", 128, 128, 192, 32, 96, 64);
            network.MaxPool2d(3, 2, ceilMode: true, name: "maxpool3");
            Block(network, "4a", 192, 96, 208, 16, 48, 64);
            Block(network, "4b", 160, 112, 224, 24, 64, 64);
            Block(network, "4c", 128, 128, 256, 24, 64, 64);
            Block(network, "4d", 112, 144, 288, 32, 64, 64);
            Block(network, "4e", 256, 160, 320, 32, 128, 128);
            network.MaxPool2d(2, 2, ceilMode: true, name: "maxpool4");
            Block(network, "5a", 256, 160, 320, 32, 128, 128);
            Block(network, "5b", 384, 192, 384, 48, 128, 128);
            network.AdaptiveAvgPool2d(1, 1, "avgpool").Flatten("flatten").Dropout(dropout, "dropout")
                .Linear(classes, name: "fc", initialization: WeightInitialization.SmallNormal);
        });

    /// <summary>Four branches; <c>reduce</c> is the 1×1 convolution before a 3×3 one,
    /// <c>pooled</c> the one after the pool.</summary>
    private static void Block(
        NetworkBuilder network, string name, int single, int reduce3, int conv3, int reduce5, int conv5, int pooled) =>
        network.Sequential("inception" + name, block => block.Branches(
            new Concat(),
            "concat",
            branch => Convolution(branch, "branch1", single, 1),
            branch => Convolution(Convolution(branch, "branch2.0", reduce3, 1), "branch2.1", conv3, 3, padding: 1),
            branch => Convolution(Convolution(branch, "branch3.0", reduce5, 1), "branch3.1", conv5, 3, padding: 1),
            branch => Convolution(branch.MaxPool2d(3, 1, 1, ceilMode: true, name: "branch4.0"), "branch4.1", pooled, 1)));

    /// <summary>torchvision's <c>BasicConv2d</c>: convolution, batch norm, ReLU.</summary>
    private static NetworkBuilder Convolution(
        NetworkBuilder network, string name, int channels, int kernelSize, int stride = 1, int padding = 0) =>
        network.Sequential(name, unit => unit
            .Conv2d(
                channels, kernelSize, stride, padding, bias: false, name: "conv",
                initialization: WeightInitialization.SmallNormal)
            .BatchNorm2d(epsilon: 1e-3, name: "bn")
            .ReLU("relu"));
}
