namespace MLNetExtensions.Networks.Onnx;

/// <summary>The network that an import builds: its nodes, their shapes and weights.</summary>
/// <param name="inputs">The inputs, in their order.</param>
internal sealed class NetworkAssembly(IReadOnlyList<NetworkInput> inputs)
{
    private readonly List<NetworkNode> _nodes = [];
    private readonly Dictionary<string, TensorShape> _shapes = inputs.ToDictionary(input => input.Name, input => input.Shape);
    private readonly Dictionary<string, string> _wantedNames = [];
    private readonly Dictionary<string, int> _vocabularies = [];
    private readonly Dictionary<(string Node, string Parameter), WeightTensor> _weights = [];
    private readonly Dictionary<(string, TensorShape), string> _reshaped = [];
    private readonly HashSet<float[]> _taken = new(ReferenceEqualityComparer.Instance);

    /// <summary>The batch size that the model was made for; null when any.</summary>
    public long? DeclaredBatch { get; init; }

    public TensorShape ShapeOf(string node) => _shapes[node];

    /// <summary>The node of a name; null for an input.</summary>
    public NetworkNode? Node(string name) => _nodes.Find(other => other.Name == name);

    /// <summary>The layer of a node; null for an input.</summary>
    public Layer? LayerOf(string node) => Node(node)?.Layer;

    /// <summary>Makes the input whose values a node gives, rearranged at most, one of ids.</summary>
    /// <returns>Whether there is one.</returns>
    public bool TryTakeIds(string node, int vocabularySize)
    {
        while (Node(node) is { Layer: Flatten or Reshape or Permute or Slice } rearranged)
            node = rearranged.Inputs[0];
        if (Node(node) is not null)
            return false;
        _vocabularies[node] = Math.Min(vocabularySize, _vocabularies.GetValueOrDefault(node, int.MaxValue));
        return true;
    }

    public WeightTensor? Weight(string node, string parameter) => _weights.GetValueOrDefault((node, parameter));

    /// <summary>Adds a layer.</summary>
    /// <param name="import">The node that asks for it, after which it is named unless a weight gives a name.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="weight">The constant that becomes its parameter <c>weight</c>; null when it has none.</param>
    /// <param name="inputs">The network's nodes that it takes.</param>
    /// <param name="parameters">The layer's parameters.</param>
    /// <exception cref="FormatException">The layer does not fit its inputs.</exception>
    public NetworkValue Add(
        NodeImport import, Layer layer, OnnxConstant? weight, IReadOnlyList<string> inputs,
        params IReadOnlyList<(string Name, WeightTensor Tensor)> parameters) =>
        Add(import, layer, LayerNames.Of(import.Proto, weight?.Origin), inputs, parameters);

    /// <summary>The node whose output has the shape that a value is seen in: the value's own, or one after it that
    /// reshapes.</summary>
    public string Materialize(NodeImport import, NetworkValue value)
    {
        if (value.Padding is not null)
            value = PaddingImport.Fill(import, value);
        TensorShape shape = Shape(import, value.Example);
        if (_shapes[value.Node].Equals(shape))
            return value.Node;
        if (_reshaped.TryGetValue((value.Node, shape), out string? node))
            return node;
        Layer layer = shape.Rank == 1 ? new Flatten() : new Reshape(shape);
        string name = value.ViewName ?? $"{LayerNames.Of(import.Proto, null)}.reshape";
        return _reshaped[(value.Node, shape)] = Add(import, layer, name, [value.Node], []).Node;
    }

    /// <summary>A constant as a parameter. Two layers never share the array of one, since training writes into it.</summary>
    public WeightTensor Tensor(OnnxConstant constant, TensorShape shape)
    {
        float[] values = constant.ToFloats();
        return new(shape, _taken.Add(values) ? values : [.. values]);
    }

    /// <summary>Changes a layer and its parameters in place.</summary>
    public void Change(string node, Layer layer, params IReadOnlyList<(string Name, WeightTensor Tensor)> parameters)
    {
        int index = _nodes.FindIndex(other => other.Name == node);
        _nodes[index] = _nodes[index] with { Layer = layer };
        foreach ((string name, WeightTensor tensor) in parameters)
            _weights[(node, name)] = tensor;
    }

    /// <summary>The output of a node as it is, after its layer was changed.</summary>
    public NetworkValue ValueOf(string node)
    {
        NetworkNode changed = Node(node)!;
        TensorShape shape = _shapes[node] = changed.Layer.InferShape([.. changed.Inputs.Select(ShapeOf)]);
        return new(node, [BatchDimension.Unit, .. shape.Dimensions.ToArray().Select(size => (long)size)]);
    }

    /// <summary>Names a node without parameters after the node that was merged into it.</summary>
    /// <returns>The new name.</returns>
    public string Rename(string node, NodeImport import)
    {
        _shapes.Remove(node, out TensorShape? shape);
        string name = Named(LayerNames.Of(import.Proto, null));
        int index = _nodes.FindIndex(other => other.Name == node);
        _nodes[index] = _nodes[index] with { Name = name };
        _shapes.Add(name, shape!);
        return name;
    }

    /// <summary>The network of some nodes as outputs, and the inputs that they depend on.</summary>
    public NetworkModel Build(IReadOnlyList<NetworkOutput> outputs)
    {
        NetworkNode[] nodes = [.. Required(outputs.Select(output => output.Node))];
        HashSet<string> taken = [.. nodes.SelectMany(node => node.Inputs)];
        IEnumerable<NetworkInput> ids = inputs.Where(input => taken.Contains(input.Name)).Select(input =>
            _vocabularies.TryGetValue(input.Name, out int size) ? input with { VocabularySize = size } : input);
        Dictionary<string, string> names = FinalNames(nodes);
        NetworkDefinition definition = new(
            ids,
            nodes.Select(node => node with { Name = names[node.Name], Inputs = [.. node.Inputs.Select(input => names[input])] }),
            outputs.Select(output => output with { Node = names[output.Node] }));
        Dictionary<string, WeightTensor> weights = _weights.Where(weight => names.ContainsKey(weight.Key.Node)).ToDictionary(
            weight => $"{names[weight.Key.Node]}.{weight.Key.Parameter}", weight => weight.Value);
        return new(definition, new(definition.Parameters.Select(spec => KeyValuePair.Create(spec.Name, weights[spec.Name]))));
    }

    /// <summary>The names of the nodes that are left: some were named around others that nothing takes any more, and what has
    /// parameters, which keep the names that they have in a file, comes first.</summary>
    private Dictionary<string, string> FinalNames(NetworkNode[] nodes)
    {
        Dictionary<string, string> names = inputs.ToDictionary(input => input.Name, input => input.Name);
        HashSet<string> given = [.. names.Keys];
        HashSet<string> weighted = [.. _weights.Keys.Select(weight => weight.Node)];
        foreach (NetworkNode node in nodes.OrderByDescending(node => weighted.Contains(node.Name)))
        {
            string name = names[node.Name] = Unique(_wantedNames[node.Name], given);
            given.Add(name);
        }
        return names;
    }

    /// <summary>A shape of ONNX's dimensions.</summary>
    public static TensorShape Shape(NodeImport import, long[] dims) =>
        dims.All(dim => dim is >= 1 and <= int.MaxValue)
            ? new([.. dims.Select(dim => (int)dim)])
            : throw import.Malformed($"has a value of dimensions {dims.Text()}.");

    private NetworkValue Add(
        NodeImport import, Layer layer, string name, IReadOnlyList<string> inputs,
        IReadOnlyList<(string Name, WeightTensor Tensor)> parameters)
    {
        name = Named(name);
        TensorShape shape = layer.InferShape([.. inputs.Select(ShapeOf)]);
        // Shapes multiply to sizes; one that overflows is found here, by the node that makes it.
        _ = checked((int)shape.Size);
        _nodes.Add(new(name, layer, inputs));
        _shapes.Add(name, shape);
        foreach ((string parameter, WeightTensor tensor) in parameters)
            _weights.Add((name, parameter), tensor);
        return new(name, [BatchDimension.Unit, .. shape.Dimensions.ToArray().Select(size => (long)size)]);
    }

    /// <summary>The nodes up to the outputs, without those that nothing on the way takes.</summary>
    private IEnumerable<NetworkNode> Required(IEnumerable<string> outputs)
    {
        HashSet<string> required = [.. outputs];
        List<NetworkNode> nodes = [];
        foreach (NetworkNode node in _nodes.AsEnumerable().Reverse().Where(node => required.Contains(node.Name)))
        {
            nodes.Add(node);
            required.UnionWith(node.Inputs);
        }
        nodes.Reverse();
        return nodes;
    }

    /// <summary>A name that no other node has, by which it is known until the network is built.</summary>
    private string Named(string wanted)
    {
        string name = Unique(wanted, _shapes.Keys);
        _wantedNames[name] = wanted;
        return name;
    }

    private static string Unique(string name, ICollection<string> taken)
    {
        string unique = name;
        for (int i = 1; taken.Contains(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }
}
