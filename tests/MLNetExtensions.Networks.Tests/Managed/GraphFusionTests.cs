using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>What a graph saves (fused rectifiers, gradients that a max pool rectifies, memory that is shared or overwritten) changes no bit of it.</summary>
public class GraphFusionTests
{
    [Fact]
    public void RandomGraphsGiveTheGradientsOfTheSameLayersKeptApart()
    {
        const int Graphs = 150;
        int pools = 0;
        for (int seed = 0; seed < Graphs; seed++)
        {
            NetworkDefinition network = RandomNetwork(new(seed));
            Random random = new(seed);
            HashSet<string> frozen = [.. network.Parameters
                .Where(spec => spec.Role == ParameterRole.Trainable && spec.Name != "last.weight" && random.Next(4) == 0).Select(spec => spec.Name)];
            (double loss, Dictionary<string, double[]> gradients) = Gradients(network, network, frozen);
            (double expectedLoss, Dictionary<string, double[]> expected) = Gradients(KeptApart(network), network, frozen);
            Assert.Equal(expectedLoss, loss);
            Assert.All(expected, pair => Assert.Equal(pair.Value, gradients[pair.Key]));
            HashSet<string> rectified = [.. network.Nodes.Where(node => node.Layer is ReLU or ReLU6).Select(node => node.Name)];
            pools += network.Nodes.Count(node => node.Layer is MaxPool2d && rectified.Contains(node.Inputs[0]));
        }
        Assert.True(pools > Graphs / 3, $"Only {pools} max pools take a rectified value.");
    }

    /// <summary>Loss and gradients of a batch that does not fill its lanes, after one that left other numbers in memory.</summary>
    private static (double Loss, Dictionary<string, double[]> Gradients) Gradients(
        NetworkDefinition network, NetworkDefinition original, HashSet<string> frozen)
    {
        const int Count = 11;
        TrainingSessionOptions options = SessionFactory.Options(Count + 6) with { Frozen = frozen };
        using ManagedTrainingSession<double> session = SessionFactory.Train<double>(network, SessionFactory.Weights(original), options);
        float[] features = SessionFactory.Normal(1, (Count + 6) * network.InputShape.Size), targets = SessionFactory.Normal(2, (Count + 6) * 3);
        session.ComputeGradients(new(Count + 6, features, targets));
        double loss = session.ComputeGradients(new(Count, features[..(Count * (int)network.InputShape.Size)], targets[..(Count * 3)]));
        return (loss, original.Parameters.Where(spec => spec.Role == ParameterRole.Trainable && !frozen.Contains(spec.Name))
            .ToDictionary(spec => spec.Name, spec => session.Gradient(spec.Name).ToArray()));
    }

    /// <summary>With an identity behind every layer, which nothing can be fused with.</summary>
    private static NetworkDefinition KeptApart(NetworkDefinition network) => new(network.InputShape, network.Nodes.SelectMany(node => new NetworkNode[]
    {
        node with { Inputs = [.. node.Inputs.Select(input => input == NetworkDefinition.InputName ? input : input + "_same")] },
        new(node.Name + "_same", new LeakyReLU(1), [node.Name]),
    }));

    /// <summary>Layers that take any of the values before them, mostly the last one; all values meet in the last layer.</summary>
    private static NetworkDefinition RandomNetwork(Random random)
    {
        List<NetworkNode> nodes = [];
        List<(string Name, TensorShape Shape)> values = [(NetworkDefinition.InputName, new(3, 9, 8))];
        for (int i = 0; i < 9; i++)
        {
            (string input, TensorShape shape) = random.Next(4) == 0 ? values[random.Next(values.Count)] : values[^1];
            int smallest = Math.Min(shape[1], shape[2]);
            List<string> others = [.. values.Where(value => value.Shape.Equals(shape) && value.Name != input).Select(value => value.Name)];
            Layer layer = random.Next(9) switch
            {
                0 or 1 => new Conv2d(random.Next(1, 5), Math.Min(smallest, random.Next(1, 4)), Padding: random.Next(2), Bias: random.Next(2) == 0),
                2 => new BatchNorm2d(),
                3 => new ReLU(),
                4 => new ReLU6(),
                5 or 6 when smallest >= 3 => random.Next(4) switch
                {
                    0 => new MaxPool2d(2),
                    1 => new MaxPool2d(3, 2, 1, CeilMode: true),
                    2 => new MaxPool2d(3, 1, 1),
                    _ => new MaxPool2d(2, 3),
                },
                7 when smallest >= 2 => new AvgPool2d(2, 1),
                8 when others.Count > 0 => new Add(),
                _ => new Tanh(),
            };
            Append(layer, layer is Add ? [input, others[random.Next(others.Count)]] : [input]);
            if (layer is Conv2d or BatchNorm && random.Next(2) == 0)
                Append(random.Next(3) == 0 ? new ReLU6() : new ReLU(), [values[^1].Name]);
        }
        string[] ends = [.. values.Skip(1).Where((value, i) => i == values.Count - 2 || random.Next(4) == 0).Select(value => value.Name)];
        foreach (string end in ends)
        {
            nodes.Add(new(end + "_flat", new Flatten(), [end]));
            nodes.Add(new(end + "_row", new Linear(3), [end + "_flat"]));
        }
        if (ends.Length > 1)
            nodes.Add(new("rows", new Concat(), [.. ends.Select(end => end + "_row")]));
        nodes.Add(new("last", new Linear(3), [nodes[^1].Name]));
        return new(new(3, 9, 8), nodes);

        void Append(Layer layer, string[] inputs)
        {
            nodes.Add(new($"layer{nodes.Count}", layer, [.. inputs]));
            values.Add((nodes[^1].Name, new NetworkDefinition(new(3, 9, 8), nodes).OutputShape));
        }
    }
}
