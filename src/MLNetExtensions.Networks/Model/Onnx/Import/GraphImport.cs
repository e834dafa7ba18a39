namespace MLNetExtensions.Networks.Onnx;

/// <summary>One import: goes through the nodes that the output needs, and keeps what each value stands for.</summary>
internal sealed class GraphImport
{
    private readonly OnnxGraph _graph;
    private readonly NetworkAssembly _network;
    private readonly ConstantFolding _folding = new();
    private readonly Dictionary<string, OnnxValue> _values = [];
    private readonly Dictionary<string, int> _readers = [];

    /// <param name="graph">The graph.</param>
    /// <param name="input">The name of the network's input.</param>
    /// <param name="shape">The shape of one example.</param>
    /// <param name="batch">The batch size that the model was made for; null when any.</param>
    public GraphImport(OnnxGraph graph, string input, TensorShape shape, long? batch)
    {
        (_graph, _network) = (graph, new(shape) { DeclaredBatch = batch });
        foreach (ValueInfoProto other in graph.Inputs)
            _values[other.Name] = new SecondInput(other.Name);
        _values[input] = new NetworkValue(
            NetworkDefinition.InputName, [BatchDimension.Unit, .. shape.Dimensions.ToArray().Select(size => (long)size)]);
    }

    /// <summary>The network of one output.</summary>
    public NetworkModel Run(string output)
    {
        List<NodeProto> nodes = _graph.NodesFor(output);
        foreach (string read in nodes.SelectMany(node => node.Input).Append(output))
            _readers[read] = _readers.GetValueOrDefault(read) + 1;
        NodeImport? last = null;
        foreach (NodeProto node in nodes)
        {
            last = new(node, _graph.Opset, [.. node.Input.Select(name => name.Length == 0 ? null : Find(node, name))], _network);
            IReadOnlyList<OnnxValue> results = Import(last);
            for (int i = 0; i < Math.Min(results.Count, node.Output.Count); i++)
                _values[node.Output[i]] = results[i];
        }
        if (last is null || !_values.TryGetValue(output, out OnnxValue? value) || value is not NetworkValue result)
            throw new NotSupportedException($"its output '{output}' does not depend on its input.");
        return Finish(last, result);
    }

    private IReadOnlyList<OnnxValue> Import(NodeImport node)
    {
        try
        {
            return _folding.TryFold(node, _graph) is { } constant ? [constant] : OperatorImporters.Import(node);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            // What a layer says of shapes that it can't take.
            throw node.Malformed(e.Message);
        }
    }

    private NetworkModel Finish(NodeImport last, NetworkValue result)
    {
        try
        {
            string node = _network.Materialize(last, result);
            // A model that only renames its input is a network all the same.
            if (node == NetworkDefinition.InputName)
                node = _network.Add(last, new Reshape(_network.ShapeOf(node)), null, [node]).Node;
            return _network.Build(node);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw last.Malformed(e.Message);
        }
    }

    private OnnxValue Find(NodeProto node, string name)
    {
        if (!_values.TryGetValue(name, out OnnxValue? value))
        {
            value = Literal(node, name) ?? throw Missing(node, name);
            _values[name] = value;
        }
        return value is NetworkValue computed
            ? computed with { IsExclusive = computed.IsExclusive && _readers[name] == 1 }
            : value;
    }

    private Exception Missing(NodeProto node, string name) => _graph.Producer(name) is { } producer
        ? new NotSupportedException(
            $"{NodeImport.Describe(producer)} gives '{name}' beside its first output; that is not supported.")
        : new FormatException($"{NodeImport.Describe(node)} takes '{name}', which neither a node nor an initialiser gives.");

    private OnnxConstant? Literal(NodeProto node, string name)
    {
        try
        {
            return _graph.Producer(name) is null ? _graph.Literal(name) : null;
        }
        catch (FormatException e)
        {
            throw new FormatException($"{NodeImport.Describe(node)}: {e.Message}", e);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException($"{NodeImport.Describe(node)}: {e.Message}", e);
        }
    }
}
