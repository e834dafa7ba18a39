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
        NetworkDefinition network = model.Definition.WithParts();
        // The names of the options are those of the one input and output; several have names of their own.
        string[] inputs = network.Inputs.Length == 1 ? [options.InputName] : [.. network.InputLayout.Names];
        string[] outputs = network.Outputs.Length == 1 ? [options.OutputName] : [.. network.OutputLayout.Names];
        if (inputs.Intersect(outputs).FirstOrDefault() is { } twice)
            throw new ArgumentException($"An input and an output have one name, '{twice}'.", nameof(options));
        if (options.OutputActivation is not null && outputs.Length > 1)
            throw new NotSupportedException("An activation can be put behind one output, not behind several.");
        long bytes = model.Weights.Sum(pair => pair.Value.Shape.Size * sizeof(float));
        if (bytes > MaxBytes)
            throw new NotSupportedException(
                $"The weights take {bytes:N0} bytes; an ONNX file holds {MaxBytes:N0}. Save the model as safetensors.");

        OnnxGraphWriter graph = new(opset, [.. inputs, .. outputs, .. model.Definition.Parameters.Select(spec => spec.Name)]);
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
                new(graph, network, model.Weights, node, [.. node.Inputs.Select(input => values[input])]));
        }
        Dictionary<string, string> renamed = [];
        foreach ((NetworkOutput output, string name) in network.Outputs.Zip(outputs))
        {
            string value = values[output.Node];
            if (options.OutputActivation is { } activation)
            {
                NetworkNode node = new(activation.GetType().Name, activation, [output.Node]);
                value = LayerExporters.Export(new(graph, network, model.Weights, node, [value]));
            }
            if (renamed.TryGetValue(value, out string? first))
                graph.Copy(first, name);
            else
                graph.Rename(value, name);
            renamed.TryAdd(value, name);
            graph.Graph.Output.Add(ValueInfo(name, network.ShapeOf(output.Node)));
        }
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
