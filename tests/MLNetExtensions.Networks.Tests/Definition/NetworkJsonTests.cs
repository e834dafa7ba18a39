using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class NetworkJsonTests
{
    public static TheoryData<Type> LayerTypes =>
        [.. typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract)];

    [Theory]
    [MemberData(nameof(LayerTypes))]
    public void Every_layer_is_among_those_tested_and_no_option_always_the_same(Type type)
    {
        Layer[] layers = [.. LayerCases.Rows.Select(row => row.Layer).Where(layer => layer.GetType() == type)];
        Assert.NotEmpty(layers);
        Assert.All(
            type.GetProperties().Where(property => property.CanWrite),
            option => Assert.True(layers.Select(option.GetValue).Distinct().Count() > 1, $"{type.Name}.{option.Name}"));
    }

    [Theory]
    [MemberData(nameof(LayerCases.All), MemberType = typeof(LayerCases))]
    public void A_layer_comes_back_equal(LayerCase row)
    {
        NetworkDefinition network = row.Network, read = NetworkJson.Deserialize(NetworkJson.Serialize(network));
        Assert.Equal(network, read);
        Assert.Equal(network.ToString(), read.ToString());
        Assert.Equal([.. network.Parameters], read.Parameters.ToArray());
    }

    [Theory]
    [InlineData("\"kernelSize\": 3, \"stride\": 2, \"padding\": 1, \"dilation\": 1", "3", "2", "1")]
    [InlineData("\"kernelSize\": [3, 1], \"padding\": [1, 0]", "3×1", "1", "1×0")]
    public void Sizes_are_numbers_as_ever_or_pairs(string sizes, string kernelSize, string stride, string padding)
    {
        string json = "{\"version\": 1, \"input\": [3, 8, 8], \"nodes\": [{\"name\": \"0\", \"layer\": " +
            $"{{\"layer\": \"Conv2d\", \"outChannels\": 4, {sizes}}}, \"inputs\": [\"input\"]}}]}}";
        var layer = (Conv2d)NetworkJson.Deserialize(json).Nodes[0].Layer;
        Assert.Equal((kernelSize, stride, padding), ($"{layer.KernelSize}", $"{layer.Stride}", $"{layer.Padding}"));
    }

    [Fact]
    public void A_pool_of_old_with_stride_0_steps_by_its_window() => Assert.Equal(
        new MaxPool2d(2),
        NetworkJson.Deserialize(
            "{\"version\": 1, \"input\": [3, 8, 8], \"nodes\": [{\"name\": \"0\", \"layer\": {\"layer\": \"MaxPool2d\", " +
            "\"kernelSize\": 2, \"stride\": 0, \"padding\": 0, \"ceilMode\": false}, \"inputs\": [\"input\"]}]}").Nodes[0].Layer);

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

    [Fact]
    public void Inputs_and_outputs_are_named()
    {
        NetworkDefinition network = new(
            [new("words", new(3), 500), new("table", new(2))],
            [new("mask", new PaddingMask(), ["words"]), new("act", new Tanh(), ["table"])],
            [new("row", "act"), new("which", "mask")]);
        string json = NetworkJson.Serialize(network);
        Assert.Equal(network, NetworkJson.Deserialize(json));
        Assert.Equal(
            """
            {"version":2,"inputs":[{"name":"words","shape":[3],"vocabularySize":500},{"name":"table","shape":[2]}],
            "nodes":[{"name":"mask","layer":{"layer":"PaddingMask","paddingIndex":0},"inputs":["words"]},
            {"name":"act","layer":{"layer":"Tanh"},"inputs":["table"]}],
            "outputs":[{"name":"row","node":"act"},{"name":"which","node":"mask"}]}
            """.Replace("\r", "").Replace("\n", ""), string.Concat(json.Where(c => !char.IsWhiteSpace(c))));
    }

    /// <summary>One input and one output, but under names of their own.</summary>
    [Fact]
    public void A_single_output_keeps_its_name()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(8), n => n.Linear(1).Output("price"));
        Assert.Equal(network, NetworkJson.Deserialize(NetworkJson.Serialize(network)));
        network = NetworkDefinition.Build(n =>
        {
            n.Input("row", new(8));
            n.Linear(1);
        });
        Assert.Equal(network, NetworkJson.Deserialize(NetworkJson.Serialize(network)));
    }

    [Theory]
    [InlineData("", "Not a network definition")]
    [InlineData("{}", "Not a network definition")]
    [InlineData("null", "The network definition is empty")]
    [InlineData("{\"version\": 3, \"input\": [8], \"nodes\": []}", "version 3; this library reads up to 2")]
    [InlineData("{\"version\": 2, \"nodes\": []}", "either 'input', or 'inputs' and 'outputs'")]
    [InlineData("{\"version\": 2, \"input\": [8], \"inputs\": [], \"nodes\": []}", "either 'input', or 'inputs' and 'outputs'")]
    [InlineData("{\"version\": 2, \"inputs\": [], \"nodes\": []}", "needs at least one input")]
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
