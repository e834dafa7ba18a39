using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Architectures;

/// <summary>
/// GoogLeNet, the first Inception network (Szegedy et al., "Going Deeper with Convolutions", 2014), in the batch-normalised form
/// of torchvision with its parameter names and shapes. 6,624,904 parameters for 1000 classes, 13,004,888 with the auxiliary
/// classifiers that help to train it. As in torchvision, whose weights depend on it, the paper's 5×5 branch has 3×3 convolutions.
/// <list type="table">
/// <item><term>conv1 … conv3</term><description>Conv 64@7×7 stride 2, MaxPool 3/2, Conv 64@1×1, Conv
/// 192@3×3, MaxPool 3/2</description></item>
/// <item><term>inception3a … 5b</term><description>Nine blocks of four branches (1×1; 1×1 then 3×3, twice; MaxPool then 1×1),
/// joined along the channels; MaxPool after 3b and 4e</description></item>
/// <item><term>aux1, aux2</term><description>behind 4a and 4d: average to 4×4, Conv 128@1×1, Linear 1024, ReLU, Dropout 0.7,
/// Linear <c>classes</c></description></item>
/// <item><term>fc</term><description>global average, Dropout, Linear <c>classes</c></description></item>
/// </list>
/// The form for small images begins with Conv 64@3×3 in place of 7×7 with stride 2; the rest is the same, and 32×32 pixels end as
/// 2×2.
/// </summary>
public static class Inception
{
    /// <summary>The output of the network, where it has auxiliary ones beside it.</summary>
    public const string Logits = "logits";

    /// <summary>The outputs of the auxiliary classifiers.</summary>
    public const string Auxiliary1 = "aux1", Auxiliary2 = "aux2";

    /// <summary>How many times an auxiliary output counts in the loss.</summary>
    private const double AuxiliaryWeight = 0.3;

    /// <summary>The share that an auxiliary classifier drops.</summary>
    private const double AuxiliaryDropout = 0.7;

    /// <summary>Makes the definition; its outputs are logits.</summary>
    /// <param name="classes">The number of outputs.</param>
    /// <param name="inputShape">The shape of one image; when null 3×224×224, or 3×32×32 of the small form.</param>
    /// <param name="dropout">The share dropped before the last layer while training, in [0, 1).</param>
    /// <param name="normalization">Standardises the pixels by constants, inside the model; none when null. torchvision's
    /// pretrained weights, unlike those of its other networks, expect (pixel − 127.5) / 127.5.</param>
    /// <param name="smallImages">Whether to make the form for images of some 32×32 pixels. The names of the parameters
    /// stay.</param>
    public static NetworkDefinition Create(
        int classes = 1000, TensorShape? inputShape = null, double dropout = 0.2, Normalize? normalization = null,
        bool smallImages = false) =>
        Create(classes, inputShape, dropout, normalization, auxiliaryDropout: null, smallImages);

    /// <summary>Makes the definition to train: with the outputs <see cref="Logits"/>, <see cref="Auxiliary1"/> and
    /// <see cref="Auxiliary2"/>, which <see cref="Loss"/> takes. <c>WithOutputs(Inception.Logits)</c> drops the auxiliary
    /// classifiers from the trained network.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="inputShape">The shape of one image; when null 3×224×224, or 3×32×32 of the small form.</param>
    /// <param name="dropout">The share dropped before the last layer while training, in [0, 1).</param>
    /// <param name="normalization">As <see cref="Create(int, TensorShape?, double, Normalize?, bool)"/> takes it.</param>
    /// <param name="auxiliaryDropout">The share that the auxiliary classifiers drop, in [0, 1).</param>
    /// <param name="smallImages">Whether to make the form for small images.</param>
    public static NetworkDefinition CreateWithAuxiliaries(
        int classes = 1000, TensorShape? inputShape = null, double dropout = 0.2, Normalize? normalization = null,
        double auxiliaryDropout = AuxiliaryDropout, bool smallImages = false) =>
        Create(classes, inputShape, dropout, normalization, (double?)auxiliaryDropout, smallImages)
            .WithOutputs(Logits, Auxiliary1, Auxiliary2);

    /// <summary>What a network with auxiliary classifiers minimises: the loss of its three outputs, that of the auxiliary ones
    /// 0.3 times (section 5 of the paper).</summary>
    /// <param name="loss">The loss of one output; cross-entropy when null.</param>
    public static CompositeLoss Loss(Loss? loss = null) =>
        CompositeLoss.WithAuxiliaries(loss ?? new CrossEntropyLoss(), AuxiliaryWeight, Logits, Auxiliary1, Auxiliary2);

    private static NetworkDefinition Create(
        int classes, TensorShape? inputShape, double dropout, Normalize? normalization, double? auxiliaryDropout,
        bool smallImages) =>
        NetworkDefinition.Build(inputShape.OrUsual(smallImages), network =>
        {
            network.OptionalNormalize(normalization);
            if (smallImages)
                Convolution(network, "conv1", 64, 3, padding: 1);
            else
                Convolution(network, "conv1", 64, 7, stride: 2, padding: 3);
            network.MaxPool2d(3, 2, ceilMode: true, name: "maxpool1");
            Convolution(network, "conv2", 64, 1);
            Convolution(network, "conv3", 192, 3, padding: 1);
            network.MaxPool2d(3, 2, ceilMode: true, name: "maxpool2");
            Block(network, "3a", 64, 96, 128, 16, 32, 32);
            Block(network, "3b", 128, 128, 192, 32, 96, 64);
            network.MaxPool2d(3, 2, ceilMode: true, name: "maxpool3");
            string first = Block(network, "4a", 192, 96, 208, 16, 48, 64).Current;
            Block(network, "4b", 160, 112, 224, 24, 64, 64);
            Block(network, "4c", 128, 128, 256, 24, 64, 64);
            string second = Block(network, "4d", 112, 144, 288, 32, 64, 64).Current;
            Block(network, "4e", 256, 160, 320, 32, 128, 128);
            network.MaxPool2d(2, 2, ceilMode: true, name: "maxpool4");
            Block(network, "5a", 256, 160, 320, 32, 128, 128);
            string last = Block(network, "5b", 384, 192, 384, 48, 128, 128).Current;
            if (auxiliaryDropout is { } dropped)
            {
                Auxiliary(network.From(first), Auxiliary1, classes, dropped);
                Auxiliary(network.From(second), Auxiliary2, classes, dropped);
            }
            network.From(last).AdaptiveAvgPool2d(1, 1, "avgpool").Flatten("flatten").Dropout(dropout, "dropout")
                .Linear(classes, name: "fc", initialization: WeightInitialization.SmallNormal);
            if (auxiliaryDropout is not null)
                network.Output(Logits);
        });

    /// <summary>Four branches; <c>reduce</c> is the 1×1 convolution before a 3×3 one,
    /// <c>pooled</c> the one after the pool.</summary>
    private static NetworkBuilder Block(
        NetworkBuilder network, string name, int single, int reduce3, int conv3, int reduce5, int conv5, int pooled) =>
        network.Sequential("inception" + name, block => block.Branches(
            new Concat(),
            "concat",
            branch => Convolution(branch, "branch1", single, 1),
            branch => Convolution(Convolution(branch, "branch2.0", reduce3, 1), "branch2.1", conv3, 3, padding: 1),
            branch => Convolution(Convolution(branch, "branch3.0", reduce5, 1), "branch3.1", conv5, 3, padding: 1),
            branch => Convolution(branch.MaxPool2d(3, 1, 1, ceilMode: true, name: "branch4.0"), "branch4.1", pooled, 1)));

    /// <summary>torchvision's <c>InceptionAux</c>: a classifier that looks at the features halfway, an output of the network
    /// under its name.</summary>
    private static NetworkBuilder Auxiliary(NetworkBuilder network, string name, int classes, double dropout) =>
        network.Sequential(name, auxiliary => Convolution(auxiliary.AdaptiveAvgPool2d(4, 4, "avgpool"), "conv", 128, 1)
            .Flatten("flatten").Linear(1024, name: "fc1", initialization: WeightInitialization.SmallNormal).ReLU("relu")
            .Dropout(dropout, "dropout").Linear(classes, name: "fc2", initialization: WeightInitialization.SmallNormal))
            .Output(name);

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
