namespace MLNetExtensions.Networks.Onnx;

/// <summary>Models that this library wrote: they hold the definition of their network, and come back layer by layer and parameter
/// by parameter, where their nodes are still the ones that the definition makes. Whatever another tool has changed is read like
/// its own models.</summary>
internal static class WrittenNetwork
{
    /// <summary>The network of a model; null when it holds none, or another one than its nodes compute.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensors">Reads its weights.</param>
    /// <param name="options">A layer may be the output that is wanted.</param>
    public static NetworkModel? TryRead(ModelProto model, OnnxTensorReader tensors, OnnxImportOptions options)
    {
        string? json = model.MetadataProps.LastOrDefault(entry => entry.Key == NetworkModel.DefinitionKey)?.Value;
        if (json is null || model.Graph is not { Input.Count: > 0, Output.Count: > 0 } || model.Functions.Count > 0
            || model.OpsetImport is not
                [{ Domain: "", Version: >= OnnxExporter.MinimumOpset and <= OnnxExporter.DefaultOpset } opset])
            return null;
        try
        {
            NetworkDefinition definition = NetworkJson.Deserialize(json);
            NetworkModel network = new(definition, Weights(definition, model.Graph, tensors));
            return IsUnchanged(network, model.Graph, (int)opset.Version) ? Wanted(network, model.Graph, options) : null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return null;
        }
    }

    private static NetworkWeights Weights(NetworkDefinition definition, GraphProto graph, OnnxTensorReader tensors)
    {
        Dictionary<string, TensorProto> initializers = [];
        foreach (TensorProto tensor in graph.Initializer)
            initializers[tensor.Name] = tensor;
        return new(definition.Parameters.Select(spec => KeyValuePair.Create(
            spec.Name,
            initializers.TryGetValue(spec.Name, out TensorProto? tensor)
                ? new WeightTensor(
                    new([.. tensor.Dims.Select(size => checked((int)size))]), tensors.Read(tensor, spec.Name).ToFloats())
                : throw new FormatException($"it lacks '{spec.Name}'."))));
    }

    /// <summary>Whether the graph is the one that the network makes, its parameters apart.</summary>
    private static bool IsUnchanged(NetworkModel network, GraphProto graph, int opset)
    {
        OnnxExportOptions names = new() { InputName = graph.Input[0].Name, OutputName = graph.Output[0].Name };
        GraphProto written = OnnxExporter.Graph(network.Definition, network.Weights, names, opset, writesParameters: false);
        HashSet<string> parameters = [.. network.Definition.Parameters.Select(spec => spec.Name)];
        return written.Node.Equals(graph.Node) && written.Input.Equals(graph.Input) && written.Output.Equals(graph.Output)
            && written.Initializer.SequenceEqual(graph.Initializer.Where(tensor => !parameters.Contains(tensor.Name)));
    }

    private static NetworkModel? Wanted(NetworkModel network, GraphProto graph, OnnxImportOptions options)
    {
        if (options.InputShape is { } shape && !shape.Equals(network.Definition.Inputs[0].Shape))
            return null;
        if (options.OutputName is not { } name)
            return network;
        if (graph.Output.Any(output => output.Name == name))
            return network.Definition.Outputs.Length == 1 ? network : network.WithOutputs(name);
        bool isLayer = network.Definition.Nodes.Any(node => node.Name == name && node.Layer is not CompositeLayer)
            && graph.Node.Any(node => node.Output.Contains(name));
        return isLayer ? network.CutAt(name) : null;
    }
}
