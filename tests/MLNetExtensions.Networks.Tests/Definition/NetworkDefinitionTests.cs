using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class NetworkDefinitionTests
{
    /// <summary>A layer, its input shape and its output shape as PyTorch 1.13 gives it.</summary>
    public static TheoryData<Layer, int[], int[]> Shapes => new()
    {
        { new Linear(5), [7], [5] },
        { new Linear(5), [3, 7], [3, 5] },
        { new Conv2d(4, 3), [3, 8, 9], [4, 6, 7] },
        { new Conv2d(4, 3, 2, 1), [3, 8, 9], [4, 4, 5] },
        { new Conv2d(6, 3, 1, 2, 2, 3), [3, 8, 9], [6, 8, 9] },
        { new Conv2d(4, 1, 3), [3, 8, 9], [4, 3, 3] },
        { new Conv2d(4, 11, 4, 2), [3, 224, 224], [4, 55, 55] },
        { new MaxPool2d(2), [3, 9, 8], [3, 4, 4] },
        { new MaxPool2d(3, 2, 1), [3, 112, 112], [3, 56, 56] },
        { new MaxPool2d(3, 2, 0, true), [3, 112, 112], [3, 56, 56] },
        { new MaxPool2d(2, 2, 1, true), [3, 5, 4], [3, 3, 3] },
        { new MaxPool2d(3, 1, 1, true), [3, 14, 14], [3, 14, 14] },
        { new AvgPool2d(3, 2), [3, 9, 8], [3, 4, 3] },
        { new AdaptiveAvgPool2d(6, 2), [3, 9, 8], [3, 6, 2] },
        { new BatchNorm1d(), [7], [7] },
        { new BatchNorm2d(), [3, 9, 8], [3, 9, 8] },
        { new LayerNorm(2), [3, 9, 8], [3, 9, 8] },
        { new Flatten(), [3, 9, 8], [216] },
        { new Reshape(new(8, 27)), [3, 9, 8], [8, 27] },
        { new Softmax(), [10], [10] },
    };

    public static TheoryData<Layer, int[], string> Misfits => new()
    {
        { new Linear(0), [7], "needs at least one output feature, not 0" },
        { new Conv2d(4, 3), [7], "expects an image [channels×height×width] but its input is [7]" },
        { new Conv2d(4, 9), [3, 8, 8], "window of 9 that does not fit an input of 8 with padding 0" },
        { new Conv2d(4, 3, 0), [3, 8, 8], "needs kernelSize, stride and dilation of at least 1" },
        { new Conv2d(4, 3, Groups: 2), [3, 8, 8], "can't split 3 input and 4 output channels into 2 groups" },
        { new MaxPool2d(2, Padding: 2), [3, 8, 8], "padding 2, more than half its window of 2" },
        { new AvgPool2d(9), [3, 8, 8], "window of 9" },
        { new AdaptiveAvgPool2d(0), [3, 8, 8], "at least 1×1, not 0×1" },
        { new BatchNorm1d(), [3, 8, 8], "an image needs BatchNorm2d" },
        { new BatchNorm2d(), [8], "expects an image" },
        { new LayerNorm(2), [8], "can't normalise 2 dimensions of [8]" },
        { new InstanceNorm2d(), [3, 1, 1], "needs more than one value a channel to normalise, but its input is [3×1×1]" },
        { new GroupNorm(3), [3], "needs more than one value a group to normalise, but its input is [3]" },
        { new LocalResponseNorm(0), [3, 8, 8], "at least one channel" },
        { new LocalResponseNorm(5, K: 0), [3, 8, 8], "a constant K above 0, not 0" },
        { new LayerNorm(Epsilon: 0), [8], "an epsilon above 0, not 0" },
        { new Normalize([1, 2], [1, 2]), [3, 8, 8], "2 means and 2 deviations for 3 channels" },
        { new Normalize([1], [0]), [3, 8, 8], "standard deviations above 0" },
        { new Dropout(1), [8], "probability in [0, 1), not 1" },
        { new Reshape(new(3, 3)), [8], "can't see [8] (8 values) as [3×3] (9)" },
        { new Add(), [8], "takes two or more inputs, not 1" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Output_shapes_are_PyTorchs(Layer layer, int[] input, int[] output) =>
        Assert.Equal(new TensorShape(output), new NetworkDefinition(new(input), [new("x", layer, ["input"])]).OutputShape);

    [Theory]
    [MemberData(nameof(Misfits))]
    public void A_layer_that_does_not_fit_is_named(Layer layer, int[] input, string message)
    {
        var e = Assert.Throws<ArgumentException>(() => NetworkDefinition.Build(
            new(input), network => network.ReLU().Sequential("features", features => features.ReLU().Add(layer))));
        Assert.StartsWith($"Layer 'features.1' ({layer.GetType().Name}) ", e.Message);
        Assert.Contains(message, e.Message);
    }

    [Fact]
    public void Graph_errors_name_the_layer()
    {
        Check("needs at least one layer", []);
        Check("Layer 'a' (ReLU) has a name that another layer or input has already", [new("a", new ReLU(), ["input"]), new("a", new ReLU(), ["a"])]);
        Check("Layer 'input' (ReLU) has a name", [new("input", new ReLU(), ["input"])]);
        Check("Layer 'a' (ReLU) takes 'b', which is neither 'input' nor an earlier layer", [new("a", new ReLU(), ["b"]), new("b", new ReLU(), ["input"])]);
        Check("Layer 'a' (ReLU) takes 1 input, not 2", [new("a", new ReLU(), ["input", "input"])]);
        Check("Layer 'b' (Add) needs inputs whose dimensions are the same, or 1, but they are [8], [4]",
            [new("a", new Linear(4), ["input"]), new("b", new Add(), ["input", "a"])]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TensorShape(3, 0));

        static void Check(string message, NetworkNode[] nodes) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => new NetworkDefinition(new(8), nodes)).Message);
    }

    [Fact]
    public void Concat_adds_channels_and_keeps_the_rest()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(3, 8, 8), n => n.Concat(a => a.Conv2d(5, 1), b => b.Conv2d(4, 3, padding: 1), _ => { }));
        Assert.Equal(new TensorShape(12, 8, 8), network.OutputShape);
        Assert.Equal(["0", "1", "2"], network.Nodes.Select(node => node.Name));
        Assert.Equal(["0", "1", "input"], network.Nodes[2].Inputs);
        Assert.Contains("differ in channels only", Assert.Throws<ArgumentException>(() =>
            NetworkDefinition.Build(new(3, 8, 8), n => n.Concat(a => a.Conv2d(5, 3), _ => { }))).Message);
    }

    [Fact]
    public void Nameless_layers_are_numbered_within_their_sequential()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(4), n => n
            .Linear(4).Sequential("block", b => b.Linear(4).ReLU("act").Linear(4).Sequential("inner", i => i.Linear(4))).Linear(4)
            .Residual(main => main.Linear(4), name: "sum"));
        Assert.Equal(["0", "block.0", "block.act", "block.1", "block.inner.0", "1", "2", "sum"], network.Nodes.Select(node => node.Name));
        Assert.Equal(["2", "1"], network.Nodes[^1].Inputs);
    }

    [Fact]
    public void Parameters_and_operations_are_counted()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(3, 8, 8), n => n.Conv2d(4, 3).BatchNorm2d().Flatten().Linear(10));
        // 4·3·3·3 + 4; 4 + 4; 10·144 + 10. Running statistics are not trained.
        Assert.Equal(112 + 8 + 1450, network.ParameterCount);
        Assert.Equal(8, network.Parameters.Length);
        // 144 outputs of 27 multiply-adds and a bias; 4 a value; 10 outputs of 144 multiply-adds and a bias.
        Assert.Equal(144 * 55 + 144 * 4 + 10 * 289, network.Flops);
    }

    [Fact]
    public void The_summary_is_a_table()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(8), n => n.Linear(64).ReLU().Dropout(0.2).Linear(1));
        Assert.Equal(
            """
            layer  type     output  parameters  FLOPs
            ─────  ───────  ──────  ──────────  ─────
            input           [8]
            0      Linear   [64]           576  1,088
            1      ReLU     [64]                   64
            2      Dropout  [64]
            3      Linear   [1]             65    129
            ─────  ───────  ──────  ──────────  ─────
            total                          641  1,281

            """.ReplaceLineEndings(), network.ToString());
    }

    [Fact]
    public void Definitions_are_equal_by_what_they_say()
    {
        Assert.Equal(Make(4), Make(4));
        Assert.NotEqual(Make(4), Make(5));

        static NetworkDefinition Make(int width) => NetworkDefinition.Build(new(8), n => n.Linear(width).Add(new Normalize([1], [2])));
    }

    [Fact]
    public void Parameters_are_found_by_group_layer_or_name()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(4), n => n
            .Sequential("block", b => b.Linear(4).Linear(4, bias: false)).Linear(4, name: "block2").Linear(4));
        Check("block", "block.0.weight", "block.0.bias", "block.1.weight");
        Check("block.1", "block.1.weight");
        Check("block.0.bias", "block.0.bias");
        Check("0", "0.weight", "0.bias");
        Check("bloc");
        Check("");

        void Check(string path, params string[] names) => Assert.Equal(names, network.ParametersOf(path).Select(spec => spec.Name));
    }

    [Fact]
    public void The_output_node_makes_the_outputs_values()
    {
        Check("0", n => n.Linear(4));
        Check("1", n => n.Linear(4).Softmax());
        Check("1", n => n.Linear(4).Softmax().Dropout().Reshape(new(2, 2)).Flatten());
        Check("1", n => n.Reshape(new(2, 2)).Linear(3).Flatten());
        // Where nothing makes them, it is the first that passes the input on.
        Check("0", n => n.Flatten().Dropout());

        static void Check(string name, Action<NetworkBuilder> build) =>
            Assert.Equal(name, NetworkDefinition.Build(new(4), build).OutputNode().Name);
    }

    [Fact]
    public void A_network_can_begin_with_another_ones_layers()
    {
        NetworkDefinition body = NetworkDefinition.Build(new(3, 8, 8), n => n
            .Sequential("features", f => f.Conv2d(4, 3).Residual(main => main.Conv2d(4, 1), name: "sum").ReLU())
            .Flatten("flatten").Linear(1000, name: "fc"));
        NetworkDefinition network = NetworkDefinition.Build(new(3, 8, 8), n => n.Add(body, last: "flatten").Linear(2, name: "head"));
        NetworkNode head = new("head", new Linear(2), ["flatten"]);
        Assert.Equal(body.Nodes.SkipLast(1).Append(head), network.Nodes.AsEnumerable());
        Assert.Equal(body, NetworkDefinition.Build(new(3, 8, 8), n => n.Add(body)));

        NetworkDefinition inner = NetworkDefinition.Build(new(3, 10, 10), n => n
            .Conv2d(3, 3, name: "stem").Sequential("body", b => b.Add(body, last: "features.sum")));
        Assert.Equal(
            [("stem", "input"), ("body.features.0", "stem"), ("body.features.1", "body.features.0"),
                ("body.features.sum", "body.features.1 body.features.0")],
            inner.Nodes.Select(node => (node.Name, string.Join(' ', node.Inputs))));
        Assert.Contains("no layer 'nobody'; its last one is 'fc'", Assert.Throws<ArgumentException>(
            () => NetworkDefinition.Build(new(3, 8, 8), n => n.Add(body, "nobody"))).Message);
    }
}
