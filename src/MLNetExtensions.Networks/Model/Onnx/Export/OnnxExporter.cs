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
        ArgumentOutOfRangeException.ThrowIfLessThan(opset, MinimumOpset);
        ArgumentException.ThrowIfNullOrEmpty(options.InputName);
        ArgumentException.ThrowIfNullOrEmpty(options.OutputName);
        if (options.InputName == options.OutputName)
            throw new ArgumentException($"Input and output have one name, '{options.InputName}'.", nameof(options));
        long bytes = model.Weights.Sum(pair => pair.Value.Shape.Size * sizeof(float));
        if (bytes > MaxBytes)
            throw new NotSupportedException(
                $"The weights take {bytes:N0} bytes; an ONNX file holds {MaxBytes:N0}. Save the model as safetensors.");

        NetworkDefinition network = model.Definition;
        OnnxGraphWriter graph =
            new(opset, [options.InputName, options.OutputName, .. network.Parameters.Select(spec => spec.Name)]);
        Dictionary<string, string> values = new() { [NetworkDefinition.InputName] = options.InputName };
        foreach (NetworkNode node in network.Nodes)
            values[node.Name] = LayerExporters.Export(new(graph, model, node, [.. node.Inputs.Select(input => values[input])]));
        string last = values[network.Nodes[^1].Name];
        if (options.OutputActivation is { } activation)
        {
            NetworkNode node = new(activation.GetType().Name, activation, [network.Nodes[^1].Name]);
            last = LayerExporters.Export(new(graph, model, node, [last]));
        }
        graph.Rename(last, options.OutputName);

        graph.Graph.Name = "network";
        graph.Graph.Input.Add(ValueInfo(options.InputName, network.InputShape));
        graph.Graph.Output.Add(ValueInfo(options.OutputName, network.OutputShape));
        return new()
        {
            IrVersion = IrVersion,
            ProducerName = "MLNetExtensions",
            ProducerVersion = typeof(OnnxExporter).Assembly.GetName().Version?.ToString(3) ?? "",
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = opset } },
            Graph = graph.Graph,
        };
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
