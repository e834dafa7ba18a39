using System.Reflection;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Tests.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Onnx;

/// <summary>Every architecture of the library, found by reflection so that none is forgotten: ONNX Runtime computes what the
/// managed engine does, and what comes back is the same network, whose weights and outputs are the same to the bit.</summary>
public sealed class OnnxArchitectureTests
{
    private static readonly TensorShape Image = new(3, 32, 32), Series = new(3, 48);

    /// <summary>What methods get for parameters that they require, by name, or by name and type where that needs another.</summary>
    private static readonly Dictionary<string, object> Arguments = new()
    {
        ["inputShape"] = new TensorShape(12), ["imageShape"] = Image, ["codeSize"] = 6, ["latentSize"] = 6, ["outputs"] = 3,
        ["hiddenLayers"] = (int[])[16, 12], ["vocabularySize"] = 20, ["length"] = 9, ["maxLength"] = 9, ["contextLength"] = 9,
        ["classes"] = 4, ["horizon"] = 12,
        ["DLinear.inputShape"] = Series, ["RecurrentForecaster.inputShape"] = Series, ["TransformerForecaster.inputShape"] = Series,
        ["TextCnn.inputs"] = (NetworkInput[])[new("words", new(9), 20), new("endings", new(9), 7)],
        ["TextEnsemble.inputs"] = (NetworkInput[])[new("words", new(9), 20), new("endings", new(9), 7)],
        ["inputs"] = (NetworkInput[])[new("age", new(1)), new("city", new(1), 7), new("colours", new(2), 5)],
    };

    /// <summary>What they get for parameters that they don't require: the forms of small images, and small layers.</summary>
    private static readonly Dictionary<string, object> Smaller = new()
    {
        ["smallImages"] = true, ["classes"] = 4, ["features"] = 16, ["heads"] = 2, ["layers"] = 2, ["maps"] = 6,
        ["embeddingDimension"] = 8, ["hiddenSize"] = 10, ["channels"] = 8, ["ConvBlocks.channels"] = (int[])[8, 12],
    };

    private static readonly Dictionary<string, NetworkDefinition> Variants = new()
    {
        ["FeedForward, batch normalisation"] = FeedForward.Create(new(8), 3, [16, 12], new GELU(), 0.2, batchNorm: true, new([1f], [3])),
        ["LeNet5, normalised"] = LeNet5.Create(normalization: new([0.1f], [1.1f])),
        ["AlexNet, response normalisation"] =
            Narrow(AlexNet.Create(10, new(3, 67, 67), localResponseNorm: true, normalization: OnnxExportTests.Pixels)),
        ["Vgg 16, batch normalisation"] = Narrow(Vgg.Create(16, true, 10, new(3, 96, 96))),
        ["Inception"] = Inception.Create(10, new(3, 77, 77), normalization: OnnxExportTests.Pixels),
        ["ResNet 18"] = ResNet.Create(18, 10, new(3, 64, 64), OnnxExportTests.Pixels),
        ["ResNet 50"] = ResNet.Create(50, 10, new(3, 64, 64)),
        ["MobileNetV2"] = MobileNetV2.Create(10, new(3, 64, 64)),
        ["RecurrentClassifier, GRU"] = RecurrentClassifier.Create(20, 9, 4, 8, hiddenSize: 7, layers: 2, gated: true, bidirectional: false),
        ["DLinear, a series each"] = DLinear.Create(Series, 12, kernelSize: 7, individual: true),
        ["DcGan of classes"] = DcGan.Discriminator(Image, 8, classes: 3),
    };

    public static TheoryData<string> Names => [.. Methods.Keys, .. Variants.Keys];

    private static Dictionary<string, MethodInfo> Methods { get; } = typeof(ResNet).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(ResNet).Namespace && type.IsPublic)
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
        .Where(method => method.ReturnType == typeof(NetworkDefinition))
        .ToDictionary(method => $"{method.DeclaringType!.Name}.{method.Name}");

    [Fact]
    public void Architectures_are_found() =>
        Assert.True(Methods.Count >= 24, $"There are more architectures than {string.Join(", ", Methods.Keys)}.");

    [Theory, MemberData(nameof(Names))]
    public void An_architecture_goes_out_and_comes_back(string name)
    {
        NetworkDefinition network = Methods.TryGetValue(name, out MethodInfo? method)
            ? (NetworkDefinition)method.Invoke(null, [.. method.GetParameters().Select(Argument)])!
            : Variants[name];
        NetworkModel model = new(network, SessionFactory.Weights(network));
        byte[] bytes = OnnxReference.Bytes(model);
        float[] rows = Examples.Of(network, 3, 7), outputs = OnnxReference.Run(model, rows);
        OnnxReference.Equal(OnnxReference.RunRows(bytes, network, rows), outputs);

        NetworkModel loaded = OnnxReference.Load(bytes);
        Assert.Equal(network, loaded.Definition);
        foreach ((string parameter, WeightTensor tensor) in model.Weights)
            Assert.Equal(tensor.Values, loaded.Weights[parameter].Values);
        Assert.Equal(outputs, OnnxReference.Run(loaded, rows));
    }

    private static object? Argument(ParameterInfo parameter)
    {
        string full = $"{parameter.Member.DeclaringType!.Name}.{parameter.Name}";
        Dictionary<string, object> values = parameter.HasDefaultValue ? Smaller : Arguments;
        return values.TryGetValue(full, out object? value) || values.TryGetValue(parameter.Name!, out value) ? value
            : parameter.HasDefaultValue ? parameter.DefaultValue
            : throw new InvalidOperationException($"Say above what {full} is to be.");
    }

    /// <summary>Narrows hidden layers of 4096 units, which leaves every operation in place.</summary>
    private static NetworkDefinition Narrow(NetworkDefinition network) => new(
        network.InputShape,
        network.Nodes.Select(node => node.Layer is Linear { OutFeatures: 4096 } layer
            ? node with { Layer = layer with { OutFeatures = 64 } }
            : node));
}
