namespace MLNetExtensions.Networks.Onnx;

/// <summary>One import: goes through the nodes that the outputs need, and keeps what each value stands for.</summary>
internal sealed class GraphImport
{
    private readonly OnnxGraph _graph;
    private readonly NetworkAssembly _network;
    private readonly ConstantFolding _folding = new();
    private readonly Dictionary<string, OnnxValue> _values = [];
    private readonly Dictionary<string, int> _readers = [];

    /// <param name="graph">The graph.</param>
    /// <param name="inputs">The inputs of the network.</param>
    public GraphImport(OnnxGraph graph, IReadOnlyList<ModelInput> inputs)
    {
        _graph = graph;
        // One input needs no name of its own.
        string[] names = inputs.Count == 1 ? [NetworkDefinition.InputName] : [.. inputs.Select(input => input.Name)];
        _network = new([.. inputs.Zip(names, (input, name) => new NetworkInput(name, input.Shape))])
        {
            DeclaredBatch = inputs[0].Batch,
        };
        foreach ((ModelInput input, string name) in inputs.Zip(names))
            _values[input.Name] = input.Value(name);
    }

    /// <summary>The network of some values as outputs.</summary>
    public NetworkModel Run(IReadOnlyList<string> outputs)
    {
        List<NodeProto> nodes = _graph.NodesFor(outputs);
        foreach (string read in nodes.SelectMany(node => node.Input).Concat(outputs))
            _readers[read] = _readers.GetValueOrDefault(read) + 1;
        NodeImport? last = null;
        foreach (NodeProto node in nodes)
        {
            last = new(node, _graph.Opset, [.. node.Input.Select(name => name.Length == 0 ? null : Find(node, name))], _network)
            {
                Wanted = [.. node.Output.Select(_readers.ContainsKey)],
            };
            IReadOnlyList<OnnxValue?> results = Import(last);
            for (int i = 0; i < Math.Min(results.Count, node.Output.Count); i++)
            {
                if (results[i] is { } result)
                    _values[node.Output[i]] = result;
            }
        }
        return Finish(last, outputs);
    }

    private IReadOnlyList<OnnxValue?> Import(NodeImport node)
    {
        try
        {
            return _folding.TryFold(node, _graph) is { } constant ? [constant] : OperatorImporters.Import(node.WithNumbers());
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            // What a layer says of shapes that it can't take.
            throw node.Malformed(e.Message);
        }
    }

    private NetworkModel Finish(NodeImport? last, IReadOnlyList<string> outputs)
    {
        List<NetworkOutput> ends = [];
        foreach (string output in outputs)
        {
            if (last is null || !_values.TryGetValue(output, out OnnxValue? value) || value is not NetworkValue result)
                throw _graph.Producer(output) is { } producer && !_values.ContainsKey(output)
                    ? Missing(producer, output)
                    : new NotSupportedException($"its output '{output}' does not depend on its input.");
            try
            {
                string node = _network.Materialize(last, result);
                // An input that is an output, and a value that is two, are layers of their own.
                if (_network.Node(node) is null || ends.Any(end => end.Node == node))
                    node = _network.Add(last, new Reshape(_network.ShapeOf(node)), null, [node]).Node;
                ends.Add(new(outputs.Count == 1 ? NetworkDefinition.OutputName : output, node));
            }
            catch (Exception e) when (e is ArgumentException or OverflowException)
            {
                throw last.Malformed(e.Message);
            }
        }
        try
        {
            return _network.Build(ends);
        }
        catch (ArgumentException e)
        {
            // Weights that don't fit what other nodes make of the shapes.
            throw new FormatException(e.Message, e);
        }
    }

    private OnnxValue Find(NodeProto node, string name)
    {
        if (!_values.TryGetValue(name, out OnnxValue? value))
        {
            value = Literal(node, name) ?? throw (_graph.Producer(name) is { } producer
                ? Missing(producer, name)
                : new FormatException(
                    $"{NodeImport.Describe(node)} takes '{name}', which neither a node nor an initialiser gives."));
            _values[name] = value;
        }
        return value is NetworkValue computed
            ? computed with { IsExclusive = computed.IsExclusive && _readers[name] == 1 }
            : value;
    }

    private static NotSupportedException Missing(NodeProto producer, string name) => new(
        $"{NodeImport.Describe(producer)} gives '{name}' beside its first output; that is not supported.");

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
