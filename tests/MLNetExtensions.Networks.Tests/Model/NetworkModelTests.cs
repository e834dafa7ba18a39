using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class NetworkModelTests
{
    private static readonly NetworkDefinition Network = NetworkDefinition.Build(new(1, 4, 4), network => network
        .Sequential("features", features => features.Conv2d(2, 3).BatchNorm2d().ReLU())
        .Flatten("flatten")
        .Linear(3, name: "fc"));

    [Fact]
    public void A_saved_model_comes_back_whole()
    {
        using TempFolder folder = new();
        NetworkModel model = new(Network, NetworkWeights.Initialize(Network, 1));
        string path = folder.File("model.safetensors");
        model.Save(path);
        NetworkModel loaded = NetworkModel.Load(path);
        Assert.Equal(Network, loaded.Definition);
        Assert.Equal(model.Weights.Select(pair => pair.Key), loaded.Weights.Select(pair => pair.Key));
        Assert.All(model.Weights, pair => Assert.Equal(pair.Value.Values, loaded.Weights[pair.Key].Values));
        Assert.Equal("pt", SafeTensors.Load(path).Metadata["format"]);
    }

    [Theory]
    [InlineData("features.1", "features.0 features.1")]
    [InlineData("features", "features.0 features.1 features.2")]
    [InlineData("sum", "features.0 features.1 features.2 left sum")]
    public void A_network_can_be_cut_at_a_layer(string layer, string kept)
    {
        NetworkDefinition network = new(Network.InputShape,
        [
            .. Network.Nodes[..3], new("left", new Conv2d(2, 1), ["features.2"]), new("unused", new Conv2d(5, 1), ["features.2"]),
            new("sum", new Add(), ["left", "features.2"]), new("flatten", new Flatten(), ["sum"]),
        ]);
        NetworkModel model = new(network, NetworkWeights.Initialize(network, 1));
        NetworkModel cut = model.CutAt(layer);
        Assert.Equal(kept.Split(' '), cut.Definition.Nodes.Select(node => node.Name));
        Assert.Equal(network.ShapeOf(cut.Definition.Nodes[^1].Name), cut.Definition.OutputShape);
        Assert.All(cut.Weights, pair => Assert.Same(model.Weights[pair.Key], pair.Value));
        Assert.Contains(
            "no layer 'fc'; it has features.0, ", Assert.Throws<ArgumentException>(() => model.CutAt("fc")).Message);
    }

    [Fact]
    public void Tensors_in_another_order_are_put_in_the_networks()
    {
        NetworkWeights weights = NetworkWeights.Initialize(Network, 1);
        NetworkWeights ordered = new NetworkWeights(weights.Reverse()).OrderedAs(Network);
        Assert.Equal(Network.Parameters.Select(spec => spec.Name), ordered.Select(pair => pair.Key));
        Assert.Same(weights["fc.weight"], ordered["fc.weight"]);
    }

    [Fact]
    public void Weights_without_a_definition_say_how_to_use_them()
    {
        using TempFolder folder = new();
        string path = folder.File("torch.safetensors");
        SafeTensors.Save(path, NetworkWeights.Initialize(Network, 1));
        string message = Assert.Throws<FormatException>(() => NetworkModel.Load(path)).Message;
        Assert.Contains($"'{path}' holds no valid network: it has weights but no definition.", message);
        NetworkModel model = NetworkModel.Load(path, Network);
        Assert.Equal(NetworkWeights.Initialize(Network, 1)["fc.bias"].Values, model.Weights["fc.bias"].Values);
    }

    [Fact]
    public void Weights_that_do_not_fit_are_named()
    {
        NetworkWeights weights = NetworkWeights.Initialize(Network, 1);
        Check("lack 'fc.bias' [3]", weights.Where(pair => pair.Key != "fc.bias"));
        Check("no parameter 'extra'", weights.Append(new("extra", new(new(1), [1]))));
        Check("'fc.bias' has shape [4] but the network needs [3]",
            weights.Select(pair => pair.Key == "fc.bias" ? new(pair.Key, new(new(4), [1, 2, 3, 4])) : pair));

        static void Check(string message, IEnumerable<KeyValuePair<string, WeightTensor>> tensors) => Assert.Contains(
            message, Assert.Throws<ArgumentException>(() => new NetworkModel(Network, new NetworkWeights(tensors))).Message);
    }

    [Fact]
    public void What_fits_of_other_weights_is_loaded_and_the_rest_reported()
    {
        NetworkDefinition other = NetworkDefinition.Build(new(1, 4, 4), network => network
            .Sequential("features", features => features.Conv2d(2, 3).BatchNorm2d().ReLU())
            .Flatten("flatten").Linear(5, name: "fc").Linear(7, name: "aux"));
        NetworkWeights source = NetworkWeights.Initialize(other, 9), weights = NetworkWeights.Initialize(Network, 5);
        source = new(source.Where(pair => pair.Key != "features.0.bias"));
        WeightMatch match = weights.LoadMatching(source);
        Assert.Equal(
            ["features.0.weight", "features.1.weight", "features.1.bias", "features.1.running_mean", "features.1.running_var"],
            match.Loaded);
        Assert.Equal(["features.0.bias"], match.Missing);
        Assert.Equal(["fc.weight", "fc.bias"], match.Mismatched);
        Assert.Equal(["aux.weight", "aux.bias"], match.Unexpected);
        Assert.Equal(
            "5 of 8 tensors loaded; not there: features.0.bias; of another shape: fc.weight, fc.bias; " +
            "unknown to the network: aux.weight, aux.bias",
            match.ToString());

        NetworkWeights before = NetworkWeights.Initialize(Network, 5);
        Assert.All(match.Loaded, name => Assert.Equal(source[name].Values, weights[name].Values));
        Assert.All(match.Missing.Concat(match.Mismatched), name => Assert.Equal(before[name].Values, weights[name].Values));
        // Copied, not shared.
        source["features.0.weight"].Values[0] = 100;
        Assert.NotEqual(100, weights["features.0.weight"].Values[0]);
    }

    [Fact]
    public void A_long_report_is_cut()
    {
        string[] names = [.. Enumerable.Range(0, 10).Select(i => $"p{i}")];
        Assert.Equal(
            "0 of 10 tensors loaded; not there: p0, p1, p2, p3, p4, p5, p6, p7 and 2 more",
            new WeightMatch([], names, [], []).ToString());
    }

    [Theory]
    [InlineData("nonsense", "Not a network definition")]
    [InlineData("{\"version\": 99, \"input\": [1], \"nodes\": []}", "version 99")]
    [InlineData("{\"version\": 1, \"input\": [4], \"nodes\": [{\"name\": \"0\", \"layer\": {\"layer\": \"ReLU\"}, \"inputs\": [\"input\"]}]}", "no parameter 'w'")]
    public void A_definition_that_is_broken_or_not_that_of_the_weights_is_named(string json, string message)
    {
        using MemoryStream stream = new();
        SafeTensors.Write(stream, new([new("w", new(new(1), [1]))]), new Dictionary<string, string> { [NetworkModel.DefinitionKey] = json });
        stream.Position = 0;
        string actual = Assert.Throws<FormatException>(() => NetworkModel.Load(stream, "m.zip/weights")).Message;
        Assert.Contains("'m.zip/weights'", actual);
        Assert.Contains(message, actual);
    }

    [Fact]
    public void Initial_weights_follow_the_seed_and_the_layers()
    {
        NetworkWeights weights = NetworkWeights.Initialize(Network, 5);
        Assert.Equal(weights["fc.weight"].Values, NetworkWeights.Initialize(Network, 5)["fc.weight"].Values);
        Assert.NotEqual(weights["fc.weight"].Values, NetworkWeights.Initialize(Network, 6)["fc.weight"].Values);
        Assert.Equal([1, 1], weights["features.1.running_var"].Values);
        Assert.Equal([0, 0], weights["features.1.bias"].Values);
        // fc takes 2·2·2 values.
        Assert.All(weights["fc.weight"].Values, value => Assert.InRange(value, -1 / Math.Sqrt(8), 1 / Math.Sqrt(8)));
    }

    [Theory]
    [InlineData(WeightInitialization.FanInUniform, 0.0340, 0.0340)]
    [InlineData(WeightInitialization.KaimingNormal, 0.0417, 0)]
    [InlineData(WeightInitialization.SmallNormal, 0.01, 0)]
    public void Each_initialisation_has_its_deviation(WeightInitialization initialization, double weightDeviation, double biasDeviation)
    {
        // Fan in 288, fan out 1152: bounds ±1/√288 (deviation 1/√864), and √(2/1152).
        NetworkDefinition network = NetworkDefinition.Build(new(32, 8, 8), n => n.Conv2d(128, 3, initialization: initialization, name: "conv"));
        NetworkWeights weights = NetworkWeights.Initialize(network, 2);
        Assert.Equal(weightDeviation, Deviation(weights["conv.weight"].Values), 0.02 * weightDeviation);
        Assert.Equal(biasDeviation, Deviation(weights["conv.bias"].Values), 0.15 * biasDeviation + 1e-9);
        Assert.Equal(0, weights["conv.weight"].Values.Average(), 4 * weightDeviation / Math.Sqrt(128 * 288));

        static double Deviation(float[] values) => Math.Sqrt(values.Average(value => (double)value * value));
    }

    [Fact]
    public void A_copy_is_deep()
    {
        NetworkWeights weights = NetworkWeights.Initialize(Network, 5);
        NetworkWeights copy = weights.Clone();
        float before = weights["fc.bias"].Values[0];
        copy["fc.bias"].Values[0] = before + 1;
        Assert.Equal(before, weights["fc.bias"].Values[0]);
        Assert.Contains("3 values don't fill a tensor of shape [2×2]", Assert.Throws<ArgumentException>(() => new WeightTensor(new(2, 2), [1, 2, 3])).Message);
    }
}
