namespace MLNetExtensions.Networks.Tests;

/// <summary>Graphs drawn at random with several inputs and outputs: values that several layers take, outputs that other layers take
/// too, outputs that are the same values in another shape.</summary>
internal static class RandomGraph
{
    public static NetworkDefinition Make(int seed)
    {
        Random random = new(seed);
        NetworkInput[] inputs =
            [.. Enumerable.Range(0, random.Next(2, 4)).Select(i => new NetworkInput($"in{i}", i == 0 ? new(2, 5, 4) : new(random.Next(2, 6))))];
        List<NetworkNode> nodes = [];
        List<(string Name, TensorShape Shape)> values = [.. inputs.Select(input => (input.Name, input.Shape))];
        foreach (NetworkInput input in inputs)
            Append(input.Shape.Rank == 1 ? new Linear(6) : new Conv2d(3, 2), input.Name);
        for (int i = 0; i < 8; i++)
        {
            (string name, TensorShape shape) = values[random.Next(values.Count)];
            List<string> alike = [.. values.Where(value => value.Shape.Equals(shape) && value.Name != name).Select(value => value.Name)];
            List<string> rows = [.. values.Where(value => value.Shape.Rank == 1 && value.Name != name).Select(value => value.Name)];
            switch (random.Next(8))
            {
                case 0 when alike.Count > 0:
                    Append(new Add(), name, alike[random.Next(alike.Count)]);
                    break;
                case 1 when shape.Rank == 1 && rows.Count > 0:
                    Append(new Concat(), name, rows[random.Next(rows.Count)], name);
                    break;
                case 2:
                    Append(new Tanh(), name);
                    break;
                case 3:
                    Append(new Flatten(), name);
                    break;
                case 4 when shape.Rank == 3 && shape[1] > 1 && shape[2] > 1:
                    Append(random.Next(2) == 0 ? new MaxPool2d(2) : new Conv2d(2, 2), name);
                    break;
                case 5:
                    Append(new LayerNorm(), name);
                    break;
                case 6:
                    Append(new Sigmoid(), name);
                    break;
                default:
                    Append(shape.Rank == 1 ? new Linear(4) : new Conv2d(3, 1), name);
                    Append(new ReLU(), nodes[^1].Name);
                    break;
            }
        }
        string[] ends = [.. nodes.Where((_, i) => i == nodes.Count - 1 || random.Next(4) == 0).Select(node => node.Name)];
        // What no output needs would have no gradient.
        string[] names = [.. ends.Select(end => $"out {end}")];
        return new NetworkDefinition(inputs, nodes, ends.Zip(names, (end, name) => new NetworkOutput(name, end))).WithOutputs(names);

        void Append(Layer layer, params string[] from)
        {
            nodes.Add(new($"n{nodes.Count}", layer, from));
            values.Add((nodes[^1].Name, new NetworkDefinition(inputs, nodes, []).OutputShape));
        }
    }
}
