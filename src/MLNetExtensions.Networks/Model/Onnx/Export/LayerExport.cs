namespace MLNetExtensions.Networks.Onnx;

/// <summary>A layer on its way into an ONNX graph: what its exporter needs to know, and the means to add nodes.</summary>
/// <param name="graph">Where nodes and constants go.</param>
/// <param name="network">The network, composite layers as their parts.</param>
/// <param name="weights">The weights.</param>
/// <param name="node">The layer.</param>
/// <param name="inputs">The values that it takes.</param>
internal sealed class LayerExport(
    OnnxGraphWriter graph, NetworkDefinition network, NetworkWeights weights, NetworkNode node, IReadOnlyList<string> inputs)
{
    public NetworkNode Node => node;

    /// <summary>The values that the layer takes.</summary>
    public IReadOnlyList<string> Inputs => inputs;

    /// <summary>The value that a layer of one input takes.</summary>
    public string Input => inputs[0];

    /// <summary>The version of the operators.</summary>
    public int Opset => graph.Opset;

    /// <summary>The shape of the first input, for one example.</summary>
    public TensorShape InputShape => network.ShapeOf(node.Inputs[0]);

    /// <summary>The shape of the output, for one example.</summary>
    public TensorShape OutputShape => node.Layer.InferShape(network.InputShapes(node));

    /// <summary>Makes a parameter of the layer an initialiser.</summary>
    /// <param name="name">Its name within the layer.</param>
    /// <returns>Its full name, by which nodes take it.</returns>
    public string Parameter(string name)
    {
        // A part of a composite layer may have a parameter under another name.
        string full = $"{node.Name}.{name}";
        if (!weights.TryGet(full, out WeightTensor? tensor))
            tensor = weights[full = $"{node.Name}_{name}"];
        graph.Parameter(full, tensor);
        return full;
    }

    /// <summary>Adds the node whose value is the layer's output, under the layer's name.</summary>
    public string Emit(string operation, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes) =>
        graph.Node(operation, node.Name, inputs, attributes);

    /// <summary>Adds the node of a layer that is one operator of one input.</summary>
    public string Emit(string operation, params IEnumerable<AttributeProto> attributes) => Emit(operation, [Input], attributes);

    /// <summary>Adds a node on the way to the layer's output.</summary>
    public string Step(string operation, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes) =>
        graph.Node(operation, $"{node.Name}/{operation}", inputs, attributes);

    /// <summary>Adds a node of several outputs on the way to the layer's.</summary>
    public string[] Steps(
        string operation, IEnumerable<string> inputs, int outputs, params IEnumerable<AttributeProto> attributes) =>
        graph.Node(operation, $"{node.Name}/{operation}", inputs, outputs, attributes);

    /// <summary>Adds a reduction on the way to the layer's output: its axes are an attribute, or an input in later
    /// opsets.</summary>
    /// <param name="operation">ReduceMean or ReduceMax.</param>
    /// <param name="value">What is reduced.</param>
    /// <param name="axis">The dimension, that of the batch counted.</param>
    /// <param name="keepDimension">Whether a dimension of 1 is left of it.</param>
    public string Reduced(string operation, string value, long axis, bool keepDimension = true)
    {
        AttributeProto keeps = OnnxAttribute.Int("keepdims", keepDimension ? 1 : 0);
        return Opset >= PoolingExport.AxesAsInputOpset
            ? Step(operation, [value, Constant("axes", axis)], keeps)
            : Step(operation, [value], OnnxAttribute.Ints("axes", axis), keeps);
    }

    /// <summary>The layer that makes the values of an input, apart from those that only reshape them; null where it is one of the
    /// network.</summary>
    public Layer? Producer(int input)
    {
        NetworkNode? made = Find(node.Inputs[input]);
        while (made is { Layer: Reshape or Flatten })
            made = Find(made.Inputs[0]);
        return made?.Layer;

        NetworkNode? Find(string name) => network.Nodes.FirstOrDefault(other => other.Name == name);
    }

    /// <summary>The shape of an input, for one example.</summary>
    public TensorShape ShapeOf(int input) => network.ShapeOf(node.Inputs[input]);

    /// <inheritdoc cref="OnnxGraphWriter.Constant(string, ReadOnlySpan{int}, ReadOnlySpan{float})"/>
    public string Constant(string name, ReadOnlySpan<int> dimensions, ReadOnlySpan<float> values) =>
        graph.Constant($"{node.Name}/{name}", dimensions, values);

    /// <inheritdoc cref="OnnxGraphWriter.Constant(string, float)"/>
    public string Constant(string name, double value) =>
        graph.Constant($"{node.Name}/{name}", (float)value);

    /// <inheritdoc cref="OnnxGraphWriter.Constant(string, IEnumerable{long})"/>
    public string Constant(string name, params IEnumerable<long> values) =>
        graph.Constant($"{node.Name}/{name}", values);

    /// <summary>What an exporter throws when ONNX has no operator for the layer as it is.</summary>
    public NotSupportedException NotSupported(string reason) =>
        new($"Layer '{node.Name}' ({node.Layer.GetType().Name}) can't be written as ONNX: {reason}");
}
