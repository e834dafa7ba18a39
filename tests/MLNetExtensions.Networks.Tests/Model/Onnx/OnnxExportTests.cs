using Google.Protobuf;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Onnx;
using MLNetExtensions.Networks.Tests.Managed;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Onnx;

/// <summary>Every layer, out and in again: ONNX Runtime computes what the managed engine does, what comes back is the same network,
/// and what is read as another tool's file has the same weights to the bit.</summary>
public sealed class OnnxExportTests
{
    internal static readonly Normalize Pixels = new([0.1f, 0.2f, 0.3f], [1.1f, 0.9f, 1.2f]);

    [Theory, MemberData(nameof(LayerCases.All), MemberType = typeof(LayerCases))]
    public void A_layer_goes_out_and_comes_back(LayerCase row) => Check(row.Network);

    /// <summary>ML.NET's converter writes opset 12, which lacks some operators.</summary>
    [Theory, MemberData(nameof(LayerCases.All), MemberType = typeof(LayerCases))]
    public void A_layer_goes_out_as_opset_12_and_comes_back(LayerCase row)
    {
        NetworkModel model = new(row.Network, SessionFactory.Weights(row.Network));
        ModelProto proto = OnnxExporter.Export(model, new(), opset: 12);
        Check(model, proto.ToByteArray());
    }

    /// <summary>ML.NET's converter can be told to write earlier opsets.</summary>
    [Theory, MemberData(nameof(LayerCases.All), MemberType = typeof(LayerCases))]
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
        OnnxReference.Equal(OnnxReference.Run(model, example), OnnxReference.RunRows(bytes, network, example));
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

        NetworkModel same = OnnxReference.Load(bytes);
        Assert.Equal(model.Definition, same.Definition);
        Assert.Equal(outputs, OnnxReference.Run(same, features));
        if (!IsReadFromNodes(model.Definition))
            return;
        ModelProto proto = ModelProto.Parser.ParseFrom(bytes);
        proto.MetadataProps.Clear();
        NetworkModel loaded = OnnxReference.Load(proto.ToByteArray());
        Assert.Equal(model.Definition.OutputShape, loaded.Definition.OutputShape);
        OnnxReference.Equal(outputs, OnnxReference.Run(loaded, features));
        foreach ((string name, WeightTensor tensor) in model.Weights.Where(pair => IsKept(pair.Key)))
        {
            Assert.True(loaded.Weights.TryGet(name, out WeightTensor? weight), $"{name} is lost.");
            Assert.Equal(tensor.Shape, weight.Shape);
            Assert.Equal(tensor.Values, weight.Values);
        }

        // A Gaussian sample is its mean while scoring: a graph has nothing to keep the layers of its log variance for. Positions
        // beyond the sequence are cut off, the parts of attention have names of their own, and a stack over several sequences of an
        // example comes back layer by layer.
        bool IsKept(string name) => !model.Definition.Nodes.Any(node => node.Layer is GaussianSample
            || ((node.Layer is LearnedPositions or CompositeLayer
                || (node.Layer is RecurrentLayer { Layers: > 1 } && model.Definition.ShapeOf(node.Inputs[0]).Rank > 2))
                && name.StartsWith($"{node.Name}.")));
    }

    /// <summary>Whether the nodes alone tell the layers: masks and the level of a series become operators that no layer is for.</summary>
    private static bool IsReadFromNodes(NetworkDefinition network) => !network.Nodes.Any(node =>
        node.Layer is ReverseInstanceNorm || (node.Layer.OptionalInputs > 0 && node.Inputs.Count > Math.Abs(node.Layer.InputCount)));

    private sealed record Strange : Layer
    {
        internal override TensorShape InferShape(IReadOnlyList<TensorShape> inputs) => inputs[0];
    }
}
