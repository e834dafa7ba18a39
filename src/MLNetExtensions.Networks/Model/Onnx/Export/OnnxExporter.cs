namespace MLNetExtensions.Networks.Onnx;

/// <summary>Makes an ONNX model of a network: one or a few nodes a layer, the parameters as initialisers under their
/// names.</summary>
internal static class OnnxExporter
{
    /// <summary>The version of the operators. ONNX Runtime has all of them since 1.20, other tools of today too.</summary>
    public const int DefaultOpset = 21;

    /// <summary>The oldest version that can be asked for: ML.NET's converter writes 9 to 12.</summary>
    public const int MinimumOpset = 9;

    /// <summary>The version of the file format that came with opset 21.</summary>
    private const int IrVersion = 10;

    /// <summary>What the batch dimension is called.</summary>
    private const string BatchName = "batch";

    /// <summary>Protocol buffers hold no message of more bytes than this.</summary>
    private const long MaxBytes = int.MaxValue - (1 << 20);

    /// <exception cref="NotSupportedException">ONNX has no operator for a layer; the message names layer and node.</exception>
    public static ModelProto Export(NetworkModel model, OnnxExportOptions options, int opset = DefaultOpset)
    {
        long bytes = model.Weights.Sum(pair => pair.Value.Shape.Size * sizeof(float));
        if (bytes > MaxBytes)
            throw new NotSupportedException(
                $"The weights take {bytes:N0} bytes; an ONNX file holds {MaxBytes:N0}. Save the model as safetensors.");
        NetworkDefinition definition = WithActivation(model.Definition, options);
        GraphProto graph = Graph(definition, model.Weights, options, opset);
        return new()
        {
            IrVersion = IrVersion,
            ProducerName = "MLNetExtensions",
            ProducerVersion = typeof(OnnxExporter).Assembly.GetName().Version?.ToString(3) ?? "",
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = opset } },
            MetadataProps =
            {
                new StringStringEntryProto { Key = NetworkModel.DefinitionKey, Value = NetworkJson.Serialize(definition) },
            },
            Graph = graph,
        };
    }

    /// <summary>The graph of a network.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="weights">Its parameters.</param>
    /// <param name="options">The names of one input and one output; several have names of their own.</param>
    /// <param name="opset">The version of the operators.</param>
    /// <param name="writesParameters">Whether the values of parameters are written, or the graph around them alone.</param>
    public static GraphProto Graph(
        NetworkDefinition definition, NetworkWeights weights, OnnxExportOptions options, int opset, bool writesParameters = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(opset, MinimumOpset);
        ArgumentException.ThrowIfNullOrEmpty(options.InputName);
        ArgumentException.ThrowIfNullOrEmpty(options.OutputName);
        NetworkDefinition network = definition.WithParts();
        string[] inputs = network.Inputs.Length == 1 ? [options.InputName] : [.. network.InputLayout.Names];
        string[] outputs = network.Outputs.Length == 1 ? [options.OutputName] : [.. network.OutputLayout.Names];
        if (inputs.Intersect(outputs).FirstOrDefault() is { } twice)
            throw new ArgumentException($"An input and an output have one name, '{twice}'.", nameof(options));

        IEnumerable<string> parameters = definition.Parameters.Select(spec => spec.Name);
        OnnxGraphWriter graph = new(opset, [.. inputs, .. outputs, .. parameters], writesParameters);
        graph.Graph.Name = "network";
        Dictionary<string, string> values = [];
        foreach ((NetworkInput input, string name) in network.Inputs.Zip(inputs))
        {
            values.Add(input.Name, name);
            graph.Graph.Input.Add(ValueInfo(name, input.Shape));
        }
        foreach (NetworkNode node in network.NeededNodes)
        {
            values[node.Name] = LayerExporters.Export(
                new(graph, network, weights, node, [.. node.Inputs.Select(input => values[input])]));
        }
        Dictionary<string, string> renamed = [];
        foreach ((NetworkOutput output, string name) in network.Outputs.Zip(outputs))
        {
            string value = values[output.Node];
            if (renamed.TryGetValue(value, out string? first))
                graph.Copy(first, name);
            else
                graph.Rename(value, name);
            renamed.TryAdd(value, name);
            graph.Graph.Output.Add(ValueInfo(name, network.ShapeOf(output.Node)));
        }
        return graph.Graph;
    }

    /// <summary>The network with the activation behind its output that is asked for.</summary>
    private static NetworkDefinition WithActivation(NetworkDefinition network, OnnxExportOptions options)
    {
        network = new(network.Inputs, network.NeededNodes, network.Outputs);
        if (options.OutputActivation is not { } activation)
            return network;
        if (network.Outputs is not [var output])
            throw new NotSupportedException("An activation can be put behind one output, not behind several.");
        string name = activation.GetType().Name;
        while (network.Nodes.Any(node => node.Name == name) || network.Inputs.Any(input => input.Name == name))
            name += "_1";
        return new(network.Inputs, [.. network.Nodes, new(name, activation, [output.Node])], [output with { Node = name }]);
    }

    private static ValueInfoProto ValueInfo(string name, TensorShape shape)
    {
        TensorShapeProto dimensions = new() { Dim = { new TensorShapeProto.Types.Dimension { DimParam = BatchName } } };
        foreach (int dimension in shape.Dimensions)
            dimensions.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dimension });
        return new()
        {
            Name = name,
            Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = dimensions } },
        };
    }
}
