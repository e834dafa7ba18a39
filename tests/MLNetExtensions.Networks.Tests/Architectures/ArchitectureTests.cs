using MLNetExtensions.Networks.Architectures;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>Parameter counts, names and shapes as torchvision publishes them.</summary>
public sealed class ArchitectureTests
{
    public static TheoryData<string, NetworkDefinition, long> Counts => new()
    {
        { "LeNet-5", LeNet5.Create(), 61_706 },
        { "SimpleCnn", SimpleCnn.Create(), 60_362 },
        { "alexnet", AlexNet.Create(), 61_100_840 },
        { "alexnet with LRN", AlexNet.Create(localResponseNorm: true), 61_100_840 },
        { "vgg11", Vgg.Create(11), 132_863_336 },
        { "vgg13", Vgg.Create(13), 133_047_848 },
        { "vgg16", Vgg.Create(16), 138_357_544 },
        { "vgg19", Vgg.Create(19), 143_667_240 },
        { "vgg11_bn", Vgg.Create(11, batchNorm: true), 132_868_840 },
        { "vgg16_bn", Vgg.Create(16, batchNorm: true), 138_365_992 },
        { "resnet18", ResNet.Create(18), 11_689_512 },
        { "resnet34", ResNet.Create(34), 21_797_672 },
        { "resnet50", ResNet.Create(50), 25_557_032 },
        { "mobilenet_v2", MobileNetV2.Create(), 3_504_872 },
        { "googlenet", Inception.Create(), 6_624_904 },
    };

    /// <summary>The forms for small images, by the name of their architecture.</summary>
    public static TheoryData<string, NetworkDefinition, NetworkDefinition, long> SmallForms => new()
    {
        { "alexnet", AlexNet.Create(10, smallImages: true), AlexNet.Create(10), 5_868_362 },
        { "vgg16", Vgg.Create(16, classes: 10, smallImages: true), Vgg.Create(16, classes: 10), 15_245_130 },
        { "vgg16_bn", Vgg.Create(16, true, 10, smallImages: true), Vgg.Create(16, true, 10), 15_253_578 },
        { "resnet18", ResNet.Create(18, 10, smallImages: true), ResNet.Create(18, 10), 11_173_962 },
        { "mobilenet_v2", MobileNetV2.Create(10, smallImages: true), MobileNetV2.Create(10), 2_236_682 },
        { "googlenet", Inception.Create(10, smallImages: true), Inception.Create(10), 5_602_474 },
        {
            "googlenet with auxiliaries", Inception.CreateWithAuxiliaries(10, smallImages: true), Inception.CreateWithAuxiliaries(10),
            9_952_958
        },
    };

    [Theory]
    [MemberData(nameof(SmallForms))]
    public void Forms_for_small_images_keep_the_names(string name, NetworkDefinition small, NetworkDefinition usual, long parameters)
    {
        Assert.Equal(new TensorShape(3, 32, 32), small.InputShape);
        Assert.Equal(usual.Parameters.Select(spec => spec.Name), small.Parameters.Select(spec => spec.Name));
        Assert.True(parameters == small.ParameterCount, $"{name}: {small.ParameterCount}");
    }

    [Fact]
    public void Forms_for_small_images_keep_their_size_at_first_and_take_digits()
    {
        TensorShape digits = new(1, 28, 28);
        Assert.Equal(new TensorShape(64, 15, 15), AlexNet.Create(smallImages: true).ShapeOf("features.2"));
        Assert.Equal(new TensorShape(512, 1, 1), Vgg.Create(smallImages: true).ShapeOf("features.30"));
        Assert.Equal(new TensorShape(64, 32, 32), ResNet.Create(smallImages: true).ShapeOf("layer1.1.relu"));
        Assert.Equal(new TensorShape(512, 4, 4), ResNet.Create(smallImages: true).ShapeOf("layer4.1.relu"));
        Assert.Equal(new TensorShape(256, 4, 4), ResNet.Create(smallImages: true, width: 32).ShapeOf("layer4.1.relu"));
        Assert.Equal(new TensorShape(1024, 4, 4), ResNet.Create(50, smallImages: true, width: 32).ShapeOf("layer4.2.relu"));
        Assert.Equal(new TensorShape(1024, 2, 2), Inception.Create(smallImages: true).ShapeOf("inception5b.concat"));
        Assert.Equal(new TensorShape(24, 32, 32), MobileNetV2.Create(smallImages: true).ShapeOf("features.3.add"));
        Assert.Equal(new TensorShape(1280, 4, 4), MobileNetV2.Create(smallImages: true).ShapeOf("features.18.2"));
        NetworkDefinition[] networks =
        [
            AlexNet.Create(10, digits, smallImages: true), Vgg.Create(16, false, 10, digits, smallImages: true),
            ResNet.Create(18, 10, digits, smallImages: true), Inception.Create(10, digits, smallImages: true),
            MobileNetV2.Create(10, digits, smallImages: true), ConvBlocks.Create(10, digits),
        ];
        Assert.All(networks, network => Assert.Equal(new TensorShape(10), network.OutputShape));
    }

    [Fact]
    public void ConvBlocks_halve_by_pools_or_strides()
    {
        NetworkDefinition pooled = ConvBlocks.Create(), strided =
            ConvBlocks.Create(10, new(3, 32, 32), [16, 32], 3, Downsampling.StridedConvolution, batchNorm: false, new GELU(), 0.5);
        Assert.Equal(1_148_874, pooled.ParameterCount);
        Assert.Equal(
            ["Conv2d", "BatchNorm2d", "ReLU", "Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d"], Types(pooled).Take(7));
        Assert.Equal(new TensorShape(256, 4, 4), pooled.ShapeOf("features.2.pool"));
        Assert.Equal("features.0.conv1.weight [64×3×3×3]", Names(pooled)[0]);
        Assert.Equal(["classifier.0.weight [10×256]", "classifier.0.bias [10]"], Names(pooled)[^2..]);

        Assert.Equal(
            ["Conv2d", "GELU", "Conv2d", "GELU", "Conv2d", "GELU", "Conv2d", "GELU", "Conv2d", "GELU", "Conv2d", "GELU",
                "AdaptiveAvgPool2d", "Flatten", "Dropout", "Linear"],
            Types(strided));
        Assert.Equal(new TensorShape(16, 32, 32), strided.ShapeOf("features.0.conv2"));
        Assert.Equal(new TensorShape(16, 16, 16), strided.ShapeOf("features.0.conv3"));
        Assert.Equal(new TensorShape(32, 8, 8), strided.ShapeOf("features.1.act3"));
        Assert.Equal(["features.0.conv1.weight [16×3×3×3]", "features.0.conv1.bias [16]"], Names(strided)[..2]);
        Assert.Throws<ArgumentException>(() => ConvBlocks.Create(channels: []));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConvBlocks.Create(convolutions: 0));
        Assert.Throws<ArgumentException>(() => ConvBlocks.Create(inputShape: new(3, 7, 7)));
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Parameters_are_as_many_as_published(string name, NetworkDefinition network, long parameters)
    {
        Assert.True(parameters == network.ParameterCount, $"{name}: {network.ParameterCount}");
        Assert.Equal(new TensorShape(name is "LeNet-5" or "SimpleCnn" ? 10 : 1000), network.OutputShape);
    }

    [Fact]
    public void AlexNet_has_torchvisions_names()
    {
        string[] expected =
        [
            "features.0.weight [64×3×11×11]", "features.0.bias [64]", "features.3.weight [192×64×5×5]", "features.3.bias [192]",
            "features.6.weight [384×192×3×3]", "features.6.bias [384]", "features.8.weight [256×384×3×3]", "features.8.bias [256]",
            "features.10.weight [256×256×3×3]", "features.10.bias [256]", "classifier.1.weight [4096×9216]", "classifier.1.bias [4096]",
            "classifier.4.weight [4096×4096]", "classifier.4.bias [4096]", "classifier.6.weight [1000×4096]", "classifier.6.bias [1000]",
        ];
        Assert.Equal(expected, Names(AlexNet.Create()));
        Assert.Equal(expected, Names(AlexNet.Create(localResponseNorm: true, normalization: ImageNet.Normalization)));
        LocalResponseNorm[] norms = [.. AlexNet.Create(localResponseNorm: true).Nodes.Select(node => node.Layer).OfType<LocalResponseNorm>()];
        Assert.Equal([new(5, 5e-4, 0.75, 2), new(5, 5e-4, 0.75, 2)], norms);
    }

    [Fact]
    public void Vgg_has_torchvisions_names()
    {
        string[] names = Names(Vgg.Create(16));
        Assert.Equal(32, names.Length);
        int[] convolutions = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28];
        Assert.Equal(convolutions.Select(i => $"features.{i}"), names.Where(name => name.Contains("×3×3]")).Select(name => name.Split(".weight")[0]));
        Assert.Equal(
            ["classifier.0.weight [4096×25088]", "classifier.3.weight [4096×4096]", "classifier.6.weight [1000×4096]"],
            names.Where(name => name.StartsWith("classifier") && name.Contains("weight")));
        string[] normalised = Names(Vgg.Create(11, batchNorm: true));
        Assert.Equal(
            ["features.0.weight [64×3×3×3]", "features.0.bias [64]", "features.1.weight [64]", "features.1.bias [64]", "features.1.running_mean [64]",
                "features.1.running_var [64]", "features.4.weight [128×64×3×3]"],
            normalised[..7]);
    }

    [Fact]
    public void ResNet_has_torchvisions_names()
    {
        string[] names = Names(ResNet.Create(18));
        Assert.Equal(102, names.Length);
        Assert.Equal(
            ["conv1.weight [64×3×7×7]", "bn1.weight [64]", "bn1.bias [64]", "bn1.running_mean [64]", "bn1.running_var [64]",
                "layer1.0.conv1.weight [64×64×3×3]"],
            names[..6]);
        Assert.Equal(
            ["layer2.0.conv1.weight [128×64×3×3]", "layer2.0.conv2.weight [128×128×3×3]", "layer2.0.downsample.0.weight [128×64×1×1]",
                "layer2.0.downsample.1.running_var [128]", "layer2.1.conv1.weight [128×128×3×3]"],
            names.Where(name => name.StartsWith("layer2.") && (name.Contains("conv") || name.Contains("downsample.0") ||
                name.Contains("downsample.1.running_var"))).Take(5));
        Assert.Equal(["fc.weight [1000×512]", "fc.bias [1000]"], names[^2..]);
        Assert.Equal(182, Names(ResNet.Create(34)).Length);

        string[] bottlenecks = Names(ResNet.Create(50));
        Assert.Equal(267, bottlenecks.Length);
        Assert.Contains("layer1.0.downsample.0.weight [256×64×1×1]", bottlenecks);
        Assert.Contains("layer3.5.conv3.weight [1024×256×1×1]", bottlenecks);
        Assert.Equal("fc.weight [1000×2048]", bottlenecks[^2]);
    }

    [Fact]
    public void ResNet_halves_the_image_where_torchvision_does()
    {
        NetworkDefinition network = ResNet.Create(50);
        Assert.Equal(new TensorShape(64, 56, 56), network.ShapeOf("maxpool"));
        Assert.Equal(new TensorShape(256, 56, 56), network.ShapeOf("layer1.2.relu"));
        Assert.Equal(new TensorShape(128, 56, 56), network.ShapeOf("layer2.0.conv1"));
        Assert.Equal(new TensorShape(128, 28, 28), network.ShapeOf("layer2.0.conv2"));
        Assert.Equal(new TensorShape(2048, 7, 7), network.ShapeOf("layer4.2.relu"));
        Assert.Equal(["layer1.0.bn3", "layer1.0.downsample.1"], network.Nodes.Single(node => node.Name == "layer1.0.add").Inputs);
        Assert.Equal(["layer1.1.bn3", "layer1.0.relu"], network.Nodes.Single(node => node.Name == "layer1.1.add").Inputs);
    }

    [Fact]
    public void GoogLeNet_has_torchvisions_names()
    {
        NetworkDefinition network = Inception.Create();
        string[] names = Names(network);
        Assert.Equal(287, names.Length);
        Assert.Equal(["conv1.conv.weight [64×3×7×7]", "conv1.bn.weight [64]"], names[..2]);
        Assert.Contains("inception3a.branch2.1.conv.weight [128×96×3×3]", names);
        Assert.Contains("inception4d.branch3.1.conv.weight [64×32×3×3]", names);
        Assert.Contains("inception5b.branch4.1.conv.weight [128×832×1×1]", names);
        Assert.Equal(["fc.weight [1000×1024]", "fc.bias [1000]"], names[^2..]);
        Assert.Equal(new TensorShape(480, 28, 28), network.ShapeOf("inception3b.concat"));
        Assert.Equal(new TensorShape(832, 14, 14), network.ShapeOf("inception4e.concat"));
        Assert.Equal(new TensorShape(1024, 7, 7), network.ShapeOf("inception5b.concat"));
        Assert.All(network.Nodes.Select(node => node.Layer).OfType<BatchNorm2d>(), norm => Assert.Equal(1e-3, norm.Epsilon));
    }

    [Fact]
    public void MobileNetV2_has_torchvisions_names()
    {
        NetworkDefinition network = MobileNetV2.Create(normalization: ImageNet.Normalization);
        string[] names = Names(network);
        Assert.Equal(262, names.Length);
        Assert.Equal(
            ["features.0.0.weight [32×3×3×3]", "features.0.1.weight [32]", "features.0.1.bias [32]", "features.0.1.running_mean [32]",
                "features.0.1.running_var [32]", "features.1.conv.0.0.weight [32×1×3×3]"],
            names[..6]);
        string[] block = [.. names.Where(name => name.StartsWith("features.4.") && !name.Contains("running") && !name.Contains("bias"))];
        Assert.Equal(
            ["features.4.conv.0.0.weight [144×24×1×1]", "features.4.conv.0.1.weight [144]", "features.4.conv.1.0.weight [144×1×3×3]",
                "features.4.conv.1.1.weight [144]", "features.4.conv.2.weight [32×144×1×1]", "features.4.conv.3.weight [32]"],
            block);
        Assert.Contains("features.1.conv.1.weight [16×32×1×1]", names);
        Assert.Contains("features.18.0.weight [1280×320×1×1]", names);
        Assert.Equal(["classifier.1.weight [1000×1280]", "classifier.1.bias [1000]"], names[^2..]);
        Assert.Equal(new TensorShape(24, 56, 56), network.ShapeOf("features.3.add"));
        Assert.Equal(new TensorShape(1280, 7, 7), network.ShapeOf("features.18.2"));
        Assert.Equal(10, network.Nodes.Count(node => node.Layer is Add));
        Assert.InRange(network.Flops, 600_000_000, 660_000_000);
    }

    [Fact]
    public void GoogLeNet_can_have_auxiliary_classifiers()
    {
        NetworkDefinition network = Inception.CreateWithAuxiliaries(), scoring = network.WithOutputs(Inception.Logits);
        Assert.Equal(13_004_888, network.ParameterCount);
        Assert.Equal([("logits", "fc"), ("aux1", "aux1.fc2"), ("aux2", "aux2.fc2")], network.Outputs.Select(output => (output.Name, output.Node)));
        Assert.Equal(
            ["aux2.conv.conv.weight [128×528×1×1]", "aux2.fc1.weight [1024×2048]", "aux2.fc2.weight [1000×1024]"],
            Names(network).Where(name => name.StartsWith("aux2") && name.Contains("weight") && !name.Contains("bn")));
        Assert.Equal(["inception4a.concat", "inception4d.concat"],
            network.Nodes.Where(node => node.Name is "aux1.avgpool" or "aux2.avgpool").Select(node => node.Inputs[0]));
        // Without them it is the network that is scored.
        Assert.Equal(Inception.Create().Nodes.AsEnumerable(), scoring.Nodes.AsEnumerable());
        Assert.Equal(1, Inception.Loss().TargetSize(network.OutputLayout));
    }

    [Fact]
    public void LeNet5_and_SimpleCnn_have_the_layers_of_their_names()
    {
        Assert.Equal(
            ["Conv2d", "ReLU", "MaxPool2d", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear", "ReLU", "Linear", "ReLU", "Linear"],
            Types(LeNet5.Create()));
        Assert.Equal(new TensorShape(16, 5, 5), LeNet5.Create().ShapeOf("features.5"));
        Assert.Equal(["Conv2d", "ReLU", "MaxPool2d", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Linear"], Types(SimpleCnn.Create()));
        Assert.Equal(
            ["Normalize", "Conv2d", "ReLU", "MaxPool2d", "Conv2d", "ReLU", "MaxPool2d", "Flatten", "Dropout", "Linear"],
            Types(SimpleCnn.Create(dropout: 0.5, normalization: ImageNet.Normalization)));
        Assert.Equal(
            ["features.0.weight [32×3×3×3]", "features.0.bias [32]", "features.3.weight [64×32×3×3]", "features.3.bias [64]",
                "classifier.0.weight [10×4096]", "classifier.0.bias [10]"],
            Names(SimpleCnn.Create()));
    }

    [Fact]
    public void FeedForward_stacks_what_is_asked_for()
    {
        Assert.Equal(["Linear"], Types(FeedForward.Create(new(8), 1, [])));
        Assert.Equal(["Linear", "ReLU", "Linear", "ReLU", "Linear"], Types(FeedForward.Create(new(8), 1, [64, 32])));
        Assert.Equal(
            ["Flatten", "Linear", "BatchNorm1d", "GELU", "Dropout", "Linear"],
            Types(FeedForward.Create(new(1, 28, 28), 10, [128], new GELU(), dropout: 0.2, batchNorm: true)));
        Assert.Equal(8 * 64 + 64 + 64 * 32 + 32 + 32 + 1, FeedForward.Create(new(8), 1, [64, 32]).ParameterCount);
        Assert.Equal(["0.weight [64×8]", "0.bias [64]", "2.weight [1×64]", "2.bias [1]"], Names(FeedForward.Create(new(8), 1, [64])));
    }

    [Fact]
    public void Unknown_depths_and_images_too_small_are_refused()
    {
        Assert.Contains("11, 13, 16 or 19", Assert.Throws<ArgumentOutOfRangeException>(() => Vgg.Create(12)).Message);
        Assert.Contains("18, 34 or 50", Assert.Throws<ArgumentOutOfRangeException>(() => ResNet.Create(20)).Message);
        Assert.Equal(new TensorShape(10), LeNet5.Create(inputShape: new(1, 12, 12)).OutputShape);
        Assert.Contains("'features.5'", Assert.Throws<ArgumentException>(() => LeNet5.Create(inputShape: new(1, 11, 11))).Message);
        Assert.Equal(new TensorShape(10), SimpleCnn.Create(inputShape: new(3, 4, 4)).OutputShape);
        Assert.Contains("'features.5'", Assert.Throws<ArgumentException>(() => SimpleCnn.Create(inputShape: new(3, 3, 3))).Message);
        Assert.Equal(new TensorShape(1000), AlexNet.Create(inputShape: new(3, 63, 63)).OutputShape);
        Assert.Throws<ArgumentException>(() => AlexNet.Create(inputShape: new(3, 62, 62)));
        Assert.Equal(new TensorShape(1000), AlexNet.Create(inputShape: new(3, 15, 15), smallImages: true).OutputShape);
        Assert.Throws<ArgumentException>(() => AlexNet.Create(inputShape: new(3, 14, 14), smallImages: true));
        Assert.Equal(new TensorShape(1000), Vgg.Create(inputShape: new(3, 32, 32)).OutputShape);
        Assert.Throws<ArgumentException>(() => Vgg.Create(inputShape: new(3, 31, 31)));
    }

    private static string[] Names(NetworkDefinition network) => [.. network.Parameters.Select(spec => $"{spec.Name} {spec.Shape}")];

    private static string[] Types(NetworkDefinition network) => [.. network.Nodes.Select(node => node.Layer.GetType().Name)];
}
