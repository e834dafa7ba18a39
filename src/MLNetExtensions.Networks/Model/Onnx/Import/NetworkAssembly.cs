namespace MLNetExtensions.Networks.Onnx;

/// <summary>The network that an import builds: its nodes, their shapes and weights.</summary>
/// <param name="inputShape">The shape of one example.</param>
internal sealed class NetworkAssembly(TensorShape inputShape)
{
    private readonly List<NetworkNode> _nodes = [];
    private readonly Dictionary<string, TensorShape> _shapes = new() { [NetworkDefinition.InputName] = inputShape };
    private readonly Dictionary<string, WeightTensor> _weights = [];
    private readonly Dictionary<(string, TensorShape), string> _reshaped = [];
    private readonly HashSet<float[]> _taken = new(ReferenceEqualityComparer.Instance);

    /// <summary>The batch size that the model was made for; null when any.</summary>
    public long? DeclaredBatch { get; init; }

    public TensorShape ShapeOf(string node) => _shapes[node];

    /// <summary>The layer of a node; null for the input.</summary>
    public Layer? LayerOf(string node) => _nodes.Find(other => other.Name == node)?.Layer;

    public WeightTensor? Weight(string node, string parameter) => _weights.GetValueOrDefault($"{node}.{parameter}");

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
            _weights[$"{node}.{name}"] = tensor;
    }

    /// <summary>Names a node without parameters after the node that was merged into it.</summary>
    /// <returns>The new name.</returns>
    public string Rename(string node, NodeImport import)
    {
        _shapes.Remove(node, out TensorShape? shape);
        string name = Unique(LayerNames.Of(import.Proto, null));
        int index = _nodes.FindIndex(other => other.Name == node);
        _nodes[index] = _nodes[index] with { Name = name };
        _shapes.Add(name, shape!);
        return name;
    }

    /// <summary>The network that ends in a node.</summary>
    public NetworkModel Build(string output)
    {
        NetworkDefinition definition = new(inputShape, Required(output));
        return new(
            definition,
            new(definition.Parameters.Select(spec => KeyValuePair.Create(spec.Name, _weights[spec.Name]))));
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
        name = Unique(name);
        TensorShape shape = layer.InferShape([.. inputs.Select(ShapeOf)]);
        // Shapes multiply to sizes; one that overflows is found here, by the node that makes it.
        _ = checked((int)shape.Size);
        _nodes.Add(new(name, layer, inputs));
        _shapes.Add(name, shape);
        foreach ((string parameter, WeightTensor tensor) in parameters)
            _weights.Add($"{name}.{parameter}", tensor);
        return new(name, [BatchDimension.Unit, .. shape.Dimensions.ToArray().Select(size => (long)size)]);
    }

    /// <summary>The nodes up to the output, without those that nothing on the way takes.</summary>
    private IEnumerable<NetworkNode> Required(string output)
    {
        HashSet<string> required = [output];
        List<NetworkNode> nodes = [];
        foreach (NetworkNode node in _nodes.AsEnumerable().Reverse().Where(node => required.Contains(node.Name)))
        {
            nodes.Add(node);
            required.UnionWith(node.Inputs);
        }
        nodes.Reverse();
        return nodes;
    }

    private string Unique(string name)
    {
        string unique = name;
        for (int i = 1; _shapes.ContainsKey(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }
}
