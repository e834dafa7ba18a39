namespace MLNetExtensions.Networks.Managed;

/// <summary>
/// Rewrites a trained network for scoring: a batch normalisation behind a convolution or linear layer, whose statistics are
/// constants now, becomes part of that layer's weight and bias. w' = w·γ/σ, b' = (b − mean)·γ/σ + β.
/// </summary>
internal static class BatchNormFolding
{
    public static NetworkModel Fold(NetworkModel model)
    {
        NetworkDefinition network = model.Definition;
        Dictionary<string, NetworkNode> nodes = network.Nodes.ToDictionary(node => node.Name);
        ILookup<string, NetworkNode> consumers = network.Nodes
            .SelectMany(node => node.Inputs, (node, input) => (node, input)).ToLookup(edge => edge.input, edge => edge.node);
        HashSet<string> outputs = [.. network.Outputs.Select(output => output.Node)];
        Dictionary<string, NetworkNode> norms = [];
        foreach (NetworkNode norm in network.Nodes.Where(node => node.Layer is BatchNorm))
        {
            if (nodes.TryGetValue(norm.Inputs[0], out NetworkNode? weighted) && consumers[weighted.Name].Count() == 1
                && CanFold(weighted)
                && !outputs.Contains(weighted.Name))
                norms.Add(weighted.Name, norm);
        }
        if (norms.Count == 0)
            return model;
        Dictionary<string, string> renamed = norms.ToDictionary(pair => pair.Value.Name, pair => pair.Key);
        HashSet<string> gone = [.. renamed.Keys];
        Dictionary<string, WeightTensor> tensors = model.Weights.ToDictionary();
        foreach ((string weighted, NetworkNode norm) in norms)
            FoldWeights(tensors, weighted, norm);
        NetworkDefinition folded = new(
            network.Inputs,
            network.Nodes.Where(node => !gone.Contains(node.Name)).Select(node => node with
            {
                Layer = norms.ContainsKey(node.Name) ? WithBias(node.Layer) : node.Layer,
                Inputs = [.. node.Inputs.Select(input => renamed.GetValueOrDefault(input, input))],
            }),
            network.Outputs.Select(output => output with { Node = renamed.GetValueOrDefault(output.Node, output.Node) }));
        return new(folded, new(folded.Parameters.Select(spec => KeyValuePair.Create(spec.Name, tensors[spec.Name]))));

        bool CanFold(NetworkNode node) =>
            node.Layer is Conv1d or Conv2d || (node.Layer is Linear && network.ShapeOf(node.Name).Rank == 1);
    }

    private static Layer WithBias(Layer layer) => layer switch
    {
        Conv1d convolution => convolution with { Bias = true },
        Conv2d convolution => convolution with { Bias = true },
        Linear linear => linear with { Bias = true },
        _ => layer,
    };

    private static void FoldWeights(Dictionary<string, WeightTensor> tensors, string weighted, NetworkNode norm)
    {
        WeightTensor weight = tensors[$"{weighted}.weight"], mean = tensors[$"{norm.Name}.running_mean"];
        WeightTensor variance = tensors[$"{norm.Name}.running_var"];
        int channels = weight.Shape[0], size = weight.Values.Length / channels;
        float[] values = new float[weight.Values.Length], biases = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double scale = Value($"{norm.Name}.weight", c, 1) / Math.Sqrt(variance.Values[c] + ((BatchNorm)norm.Layer).Epsilon);
            for (int i = c * size; i < (c + 1) * size; i++)
                values[i] = (float)(weight.Values[i] * scale);
            biases[c] = (float)((Value($"{weighted}.bias", c, 0) - mean.Values[c]) * scale + Value($"{norm.Name}.bias", c, 0));
        }
        tensors[$"{weighted}.weight"] = new(weight.Shape, values);
        tensors[$"{weighted}.bias"] = new(new(channels), biases);

        double Value(string name, int channel, double otherwise) => tensors.TryGetValue(name, out WeightTensor? tensor)
            ? tensor.Values[channel] : otherwise;
    }
}
