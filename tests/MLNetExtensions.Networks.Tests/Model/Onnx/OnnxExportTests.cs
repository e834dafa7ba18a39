using Google.Protobuf;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Onnx;
using MLNetExtensions.Networks.Tests.Managed;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Onnx;

/// <summary>Every layer and every architecture, out and in again: ONNX Runtime computes what the managed engine does, and what
/// comes back has the same weights to the bit.</summary>
public sealed class OnnxExportTests
{
    internal static readonly Normalize Pixels = new([0.1f, 0.2f, 0.3f], [1.1f, 0.9f, 1.2f]);

    private static readonly Dictionary<string, NetworkDefinition> Networks = new()
    {
        ["FeedForward"] = FeedForward.Create(new(8), 3, [16, 12], new GELU(), 0.2, batchNorm: true, new([1f], [3])),
        ["LeNet-5"] = LeNet5.Create(normalization: new([0.1f], [1.1f])),
        ["SimpleCnn"] = SimpleCnn.Create(dropout: 0.3, normalization: Pixels),
        ["AlexNet"] = Narrow(AlexNet.Create(10, new(3, 67, 67), localResponseNorm: true, normalization: Pixels)),
        ["VGG-11, small images"] = Narrow(Vgg.Create(11, false, 10, new(3, 32, 32))),
        ["VGG-16 with batch normalisation"] = Narrow(Vgg.Create(16, true, 10, new(3, 96, 96))),
        ["GoogLeNet"] = Inception.Create(10, new(3, 77, 77), normalization: Pixels),
        ["ResNet-18"] = ResNet.Create(18, 10, new(3, 64, 64), Pixels),
        ["ResNet-34"] = ResNet.Create(34, 10, new(3, 64, 64)),
        ["ResNet-50"] = ResNet.Create(50, 10, new(3, 64, 64)),
    };

    public static TheoryData<string> NetworkNames => [.. Networks.Keys];

    [Theory, MemberData(nameof(LayerCases.Exported), MemberType = typeof(LayerCases))]
    public void A_layer_goes_out_and_comes_back(LayerCase row) => Check(row.Network);

    [Theory, MemberData(nameof(NetworkNames))]
    public void An_architecture_goes_out_and_comes_back(string name) => Check(Networks[name]);

    /// <summary>ML.NET's converter writes opset 12, which lacks some operators.</summary>
    [Theory, MemberData(nameof(LayerCases.Exported), MemberType = typeof(LayerCases))]
    public void A_layer_goes_out_as_opset_12_and_comes_back(LayerCase row)
    {
        NetworkModel model = new(row.Network, SessionFactory.Weights(row.Network));
        ModelProto proto = OnnxExporter.Export(model, new(), opset: 12);
        Check(model, proto.ToByteArray());
    }

    /// <summary>ML.NET's converter can be told to write earlier opsets.</summary>
    [Theory, MemberData(nameof(LayerCases.Exported), MemberType = typeof(LayerCases))]
    public void A_layer_goes_out_as_earlier_opsets_or_is_named(LayerCase row)
    {
        NetworkModel model = new(row.Network, SessionFactory.Weights(row.Network));
        float[] features = Examples.Of(model.Definition, 5, 7);
        float[] outputs = OnnxReference.Run(model, features);
        for (int opset = OnnxExporter.MinimumOpset; opset < 12; opset++)
        {
            if ((row.Layer is Slice { Step: > 1 } or MaxPool1d { Dilation: not null } or MaxPool2d { Dilation: not null } && opset < 10)
                || (row.Layer is Upsample { Mode: UpsampleMode.Bilinear } && opset < 11))
            {
                string message = Assert.Throws<NotSupportedException>(() => OnnxExporter.Export(model, new(), opset)).Message;
                Assert.Contains($"({row.Layer.GetType().Name}) can't be written as ONNX: before opset", message);
                continue;
            }
            byte[] bytes = OnnxExporter.Export(model, new(), opset).ToByteArray();
            OnnxReference.Equal(OnnxReference.Run(bytes, model.Definition.InputShape, features), outputs);
        }
    }

    [Fact]
    public void Every_layer_of_the_library_has_a_case()
    {
        IEnumerable<Type> layers =
            typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract);
        Assert.Empty(layers.Except(LayerCases.Rows.Select(row => row.Layer.GetType())));
    }

    [Fact]
    public void A_layer_without_an_operator_is_named()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(3), layers => layers.Add(new Strange(), "odd"));
        NetworkModel model = new(network, NetworkWeights.Initialize(network, 1));
        string message = Assert.Throws<NotSupportedException>(() => OnnxReference.Bytes(model)).Message;
        Assert.Contains("'odd' (Strange)", message);
    }

    [Fact]
    public void Names_and_probabilities_are_as_asked()
    {
        NetworkDefinition network = FeedForward.Create(new(4), 3, [5]);
        NetworkModel model = new(network, SessionFactory.Weights(network));
        byte[] bytes = OnnxReference.Bytes(
            model, new() { InputName = "features", OutputName = "probabilities", OutputActivation = new Softmax() });
        ModelProto proto = ModelProto.Parser.ParseFrom(bytes);
        Assert.Equal("features", proto.Graph.Input.Single().Name);
        Assert.Equal("probabilities", proto.Graph.Output.Single().Name);
        Assert.Equal("batch", proto.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal(network.Parameters.Select(spec => spec.Name), proto.Graph.Initializer.Select(tensor => tensor.Name));

        float[] features = SessionFactory.Normal(1, 4 * 6);
        float[] probabilities = OnnxReference.Run(bytes, network.InputShape, features);
        float[] logits = OnnxReference.Run(model, features);
        for (int row = 0; row < 6; row++)
        {
            double[] powers = [.. logits[(3 * row)..(3 * row + 3)].Select(logit => Math.Exp(logit))];
            for (int c = 0; c < 3; c++)
                Assert.Equal(powers[c] / powers.Sum(), probabilities[3 * row + c], 1e-6);
        }
    }

    /// <summary>Outputs that other layers take, that are one value twice, and that are an input.</summary>
    [Fact]
    public void Several_inputs_and_outputs_keep_their_names()
    {
        NetworkDefinition network = NetworkDefinition.Build(layers =>
        {
            string image = layers.Input("image", new(2, 5, 4)), row = layers.Input("row", new(6)), length = layers.Input("length", new(1));
            string seen = layers.From(image).Conv2d(3, 2).Output("seen").Flatten().Output("seen flat").Current;
            string mask = layers.From(length).SequenceMask(6).Output("mask").Current;
            layers.From(row).Flatten().Output("row again");
            layers.Add(new Multiply(), "masked", row, mask).Linear(4).ReLU().Output("hidden");
            layers.Add(new Concat(), "all", seen, layers.Current).Linear(2).Output("last");
        });
        NetworkModel model = new(network, SessionFactory.Weights(network));
        byte[] bytes = OnnxReference.Bytes(model);
        float[] example = SessionFactory.Normal(1, 47);
        example[^1] = 4;
        OnnxReference.Equal(OnnxReference.Run(model, example), OnnxReference.RunRow(bytes, network, example));
        Assert.Contains("not behind several", Assert.Throws<NotSupportedException>(
            () => OnnxReference.Bytes(model, new() { OutputActivation = new Softmax() })).Message);
    }

    [Fact]
    public void Names_of_layers_and_values_may_be_the_same()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(4), layers => layers
            .Linear(4, name: "output").ReLU("output/Mul").Add(new SiLU(), "b").Linear(2, name: "output.weight"));
        Check(network);
    }

    [Fact]
    public void A_file_is_replaced_whole_or_not_at_all()
    {
        using TempFolder folder = new();
        string path = folder.File("model.onnx");
        NetworkDefinition network = FeedForward.Create(new(4), 3, [5]);
        NetworkModel model = new(network, NetworkWeights.Initialize(network, 1));
        model.SaveOnnx(path);
        byte[] before = File.ReadAllBytes(path);
        NetworkDefinition strange = NetworkDefinition.Build(new(3), layers => layers.Add(new Strange()));
        Assert.Throws<NotSupportedException>(
            () => new NetworkModel(strange, NetworkWeights.Initialize(strange, 1)).SaveOnnx(path));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
        Assert.Equal(OnnxReference.Bytes(model), before);
        Assert.Equal(network.Parameters.Select(spec => spec.Name), NetworkModel.LoadOnnx(path).Weights.Select(pair => pair.Key));
    }

    /// <summary>Narrows hidden layers of 4096 units, which leaves every operation in place.</summary>
    private static NetworkDefinition Narrow(NetworkDefinition network) => new(
        network.InputShape,
        network.Nodes.Select(node => node.Layer is Linear { OutFeatures: 4096 } layer
            ? node with { Layer = layer with { OutFeatures = 64 } }
            : node));

    private static void Check(NetworkDefinition network)
    {
        NetworkModel model = new(network, SessionFactory.Weights(network));
        Check(model, OnnxReference.Bytes(model));
    }

    private static void Check(NetworkModel model, byte[] bytes)
    {
        TensorShape shape = model.Definition.InputShape;
        int count = shape.Size > 1000 ? 2 : 5;
        float[] features = Examples.Of(model.Definition, count, 7);
        float[] outputs = OnnxReference.Run(model, features);
        OnnxReference.Equal(OnnxReference.Run(bytes, shape, features), outputs);

        if (model.Definition.Nodes.Any(node => GoesOutOnly.Contains(node.Layer.GetType())))
            return;
        NetworkModel loaded = OnnxReference.Load(bytes);
        Assert.Equal(model.Definition.OutputShape, loaded.Definition.OutputShape);
        OnnxReference.Equal(outputs, OnnxReference.Run(loaded, features));
        // A Gaussian sample is its mean while scoring: a file has nothing to keep the layers of its log variance for.
        bool keepsAll = !model.Definition.Nodes.Any(node => node.Layer is GaussianSample);
        foreach ((string name, WeightTensor tensor) in model.Weights.Where(pair => keepsAll || loaded.Weights.TryGet(pair.Key, out _)))
        {
            Assert.True(loaded.Weights.TryGet(name, out WeightTensor? same), $"{name} is lost.");
            Assert.Equal(tensor.Shape, same.Shape);
            Assert.Equal(tensor.Values, same.Values);
        }
    }

    /// <summary>Layers that ONNX writes as several operators, which are not read as one layer.</summary>
    private static readonly Type[] GoesOutOnly =
        [typeof(Embedding), typeof(LearnedPositions), typeof(SinusoidalPositions), typeof(ScaledDotProductAttention), typeof(MultiheadAttention)];

    private sealed record Strange : Layer
    {
        internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => inputs[0];
    }
}
