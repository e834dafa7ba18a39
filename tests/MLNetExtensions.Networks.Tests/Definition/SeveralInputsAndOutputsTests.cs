using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class SeveralInputsAndOutputsTests
{
    /// <summary>An image and words with their length; a class, from halfway an auxiliary one, and a price.</summary>
    private static readonly NetworkDefinition Network = NetworkDefinition.Build(n =>
    {
        string image = n.Input("image", new(3, 6, 4)), words = n.InputIds("words", new(5), 100), length = n.Input("length", new(1));
        string body = n.From(image).Conv2d(4, 3, name: "conv").Flatten("flat").Current;
        n.Linear(10, name: "aux").Output("aux");
        string mask = n.From(words).PaddingMask(name: "mask").Current;
        string places = n.From(length).SequenceMask(5, "places").Current;
        string joined = n.Add(new Concat(), "joined", body, mask, places).Current;
        n.From(joined).Linear(10, name: "class").Output("class");
        n.From(joined).Linear(1, name: "price").Output("price");
    });

    [Fact]
    public void Rows_hold_the_inputs_and_outputs_behind_each_other()
    {
        Assert.Equal(["image", "words", "length"], Network.InputLayout.Names);
        Assert.Equal((0..72, 72..77, 77..78), (Network.InputLayout["image"], Network.InputLayout["words"], Network.InputLayout["length"]));
        Assert.Equal(new TensorShape(78), Network.InputShape);
        Assert.Equal((0..10, 10..20, 20..21), (Network.OutputLayout["aux"], Network.OutputLayout["class"], Network.OutputLayout["price"]));
        Assert.Equal(new TensorShape(21), Network.OutputShape);
        Assert.Equal((1, 0..1), (Network.OutputLayout.Of("price").Size, Network.OutputLayout.Of("price")["price"]));
        Assert.Contains("no 'sound' in the row; it has image, words, length",
            Assert.Throws<ArgumentException>(() => Network.InputLayout["sound"]).Message);
        Assert.Equal("price", Network.OutputNode("price").Name);
    }

    [Fact]
    public void One_input_and_output_keep_their_shapes_and_have_names()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(3, 6, 4), n => n.Conv2d(4, 3));
        Assert.Equal((new(3, 6, 4), new(4, 4, 2)), (network.InputShape, network.OutputShape));
        Assert.Equal([new NetworkInput("input", new(3, 6, 4))], network.Inputs.AsEnumerable());
        Assert.Equal([new NetworkOutput("output", "0")], network.Outputs.AsEnumerable());
    }

    [Fact]
    public void Some_outputs_need_only_some_layers_and_inputs()
    {
        NetworkDefinition price = Network.WithOutputs("price");
        Assert.Equal(["conv", "flat", "mask", "places", "joined", "price"], price.Nodes.Select(node => node.Name));
        Assert.Equal(Network.Inputs.AsEnumerable(), price.Inputs.AsEnumerable());
        Assert.Equal(["conv.weight", "conv.bias", "price.weight", "price.bias"], price.Parameters.Select(spec => spec.Name));

        NetworkDefinition auxiliary = Network.WithOutputs("aux");
        Assert.Equal(["image"], auxiliary.Inputs.Select(input => input.Name));
        Assert.Equal(new TensorShape(3, 6, 4), auxiliary.InputShape);
        Assert.Equal(["price", "aux"], Network.WithOutputs("price", "aux").Outputs.Select(output => output.Name));
        Assert.Contains("no output 'sound'; it has aux, class, price", Assert.Throws<ArgumentException>(() => Network.WithOutputs("sound")).Message);

        NetworkModel model = new(Network, NetworkWeights.Initialize(Network, 1));
        NetworkModel pruned = model.WithOutputs("price");
        Assert.Equal(price, pruned.Definition);
        Assert.Same(model.Weights["conv.weight"], pruned.Weights["conv.weight"]);
    }

    [Fact]
    public void Errors_name_what_is_wrong()
    {
        NetworkNode node = new("a", new ReLU(), ["x"]);
        Check("needs at least one input", [], [node], []);
        Check("Two inputs are called 'x'", [new("x", new(2)), new("x", new(3))], [node], []);
        Check("An input of the network has no name", [new("", new(2))], [node], []);
        Check("'x' has a vocabulary of 0 ids", [new("x", new(2), 0)], [node], []);
        Check("'x' has a vocabulary of 16777217 ids", [new("x", new(2), (1 << 24) + 1)], [node], []);
        Check("takes 'x', which is neither 'u' nor 'v' nor an earlier layer", [new("u", new(2)), new("v", new(2))], [node], []);
        Check("Layer 'x' (ReLU) has a name that another layer or input has", [new("x", new(2))], [node with { Name = "x" }], []);
        Check("Output 'y' is of 'b', but the network has no such layer", [new("x", new(2))], [node], [new("y", "b")]);
        Check("Two outputs are called 'y'", [new("x", new(2))], [node, new("b", new ReLU(), ["a"])], [new("y", "a"), new("y", "b")]);
        Check("Two outputs are of layer 'a'", [new("x", new(2))], [node], [new("y", "a"), new("z", "a")]);
        Check("An output of the network has no name", [new("x", new(2))], [node], [new("", "a")]);
        Assert.Contains("has 3 inputs; only one can be joined", Assert.Throws<ArgumentException>(
            () => NetworkDefinition.Build(new(8), n => n.Add(Network))).Message);
        Assert.Contains("takes the length of one sequence", Assert.Throws<ArgumentException>(
            () => NetworkDefinition.Build(new(8), n => n.SequenceMask(3))).Message);

        static void Check(string message, NetworkInput[] inputs, NetworkNode[] nodes, NetworkOutput[] outputs) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => new NetworkDefinition(inputs, nodes, outputs)).Message);
    }

    [Fact]
    public void The_summary_lists_inputs_and_outputs() => Assert.Equal(
        """
        layer   type          output   parameters  FLOPs
        ──────  ────────────  ───────  ──────────  ─────
        image                 [3×6×4]
        words   100 ids       [5]
        length                [1]
        conv    Conv2d        [4×4×2]         112  1,760
        flat    Flatten       [32]
        aux     Linear        [10]            330    650
        mask    PaddingMask   [5]                      5
        places  SequenceMask  [5]                      5
        joined  Concat        [42]
        class   Linear        [10]            430    850
        price   Linear        [1]              43     85
        aux     = aux         [10]
        class   = class       [10]
        price   = price       [1]
        ──────  ────────────  ───────  ──────────  ─────
        total                                 915  3,355

        """.ReplaceLineEndings(), Network.ToString());
}
