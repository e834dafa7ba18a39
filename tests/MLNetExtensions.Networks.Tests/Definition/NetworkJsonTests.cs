using System.Reflection;
using System.Text.Json.Serialization;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class NetworkJsonTests
{
    /// <summary>Every layer with no parameter at its default.</summary>
    private static readonly Layer[] Layers =
    [
        new Linear(5, false, WeightInitialization.SmallNormal), new Conv2d(4, 3, 2, 1, 2, 2, false, WeightInitialization.KaimingNormal),
        new MaxPool2d(3, 2, 1, true), new AvgPool2d(3, 2, 1, true, false), new AdaptiveAvgPool2d(2, 3), new BatchNorm1d(1e-3, 0.2, false),
        new BatchNorm2d(1e-3, 0.2, false), new LayerNorm(1, 1e-6, false), new LocalResponseNorm(5, 2e-4, 0.5, 2),
        new Normalize([0.5f, 0.25f], [0.1f, 0.2f]), new Dropout(0.3), new Flatten(), new Reshape(new(2, 32)), new Add(), new Concat(), new ReLU(),
        new LeakyReLU(0.2), new GELU(), new SiLU(), new Tanh(), new Sigmoid(), new Softmax(),
    ];

    public static TheoryData<Layer> AllLayers => [.. Layers];

    [Fact]
    public void Every_kind_of_layer_is_among_those_tested() => Assert.Equal(
        typeof(Layer).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType.Name).Order(),
        Layers.Select(layer => layer.GetType().Name).Order());

    [Fact]
    public void Every_concrete_layer_can_be_written() => Assert.Equal(
        typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract).Select(type => type.Name).Order(),
        typeof(Layer).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(attribute => (string)attribute.TypeDiscriminator!).Order());

    [Theory]
    [MemberData(nameof(AllLayers))]
    public void A_layer_comes_back_equal(Layer layer)
    {
        TensorShape input = layer is Linear or BatchNorm1d ? new(64) : new(2, 8, 4);
        string[] inputs = layer.InputCount < 0 ? ["input", "input"] : ["input"];
        NetworkDefinition network = new(input, [new("a.0", layer, inputs)]);
        NetworkDefinition read = NetworkJson.Deserialize(NetworkJson.Serialize(network));
        Assert.Equal(network, read);
        Assert.Equal(layer, read.Nodes[0].Layer);
        Assert.Equal(network.OutputShape, read.OutputShape);
        Assert.Equal([.. network.Parameters], read.Parameters.ToArray());
    }

    [Fact]
    public void The_text_is_for_people_too()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(8), n => n.Linear(1));
        Assert.Equal(
            """
            {
              "version": 1,
              "input": [
                8
              ],
              "nodes": [
                {
                  "name": "0",
                  "layer": {
                    "layer": "Linear",
                    "outFeatures": 1,
                    "bias": true,
                    "initialization": "FanInUniform"
                  },
                  "inputs": [
                    "input"
                  ]
                }
              ]
            }
            """.ReplaceLineEndings(), NetworkJson.Serialize(network).ReplaceLineEndings());
    }

    [Theory]
    [InlineData("", "Not a network definition")]
    [InlineData("{}", "Not a network definition")]
    [InlineData("null", "The network definition is empty")]
    [InlineData("{\"version\": 2, \"input\": [8], \"nodes\": []}", "version 2; this library reads up to 1")]
    [InlineData("{\"version\": 1, \"input\": [8], \"nodes\": []}", "needs at least one layer")]
    [InlineData("{\"version\": 1, \"input\": [0], \"nodes\": []}", "Not a network definition")]
    [InlineData("{\"version\": 1, \"input\": [8], \"nodes\": [], \"extra\": 1}", "extra")]
    [InlineData("{\"version\": 1, \"input\": [8], \"nodes\": [{\"name\": \"0\", \"layer\": {\"layer\": \"Warp\"}, \"inputs\": [\"input\"]}]}", "Warp")]
    [InlineData("{\"version\": 1, \"input\": [8], \"nodes\": [{\"name\": \"0\", \"layer\": {\"layer\": \"ReLU\"}, \"inputs\": [\"x\"]}]}", "takes 'x'")]
    [InlineData(
        "{\"version\": 1, \"input\": [8], \"nodes\": [{\"name\": \"0\", \"layer\": {\"layer\": \"ReLU\", \"slope\": 1}, \"inputs\": [\"input\"]}]}", "slope")]
    public void Other_text_is_refused(string json, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => NetworkJson.Deserialize(json)).Message);
}
