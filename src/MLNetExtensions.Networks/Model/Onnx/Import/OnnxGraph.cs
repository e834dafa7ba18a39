namespace MLNetExtensions.Networks.Onnx;

/// <summary>The nodes and constants of a model by the values that they give.</summary>
internal sealed class OnnxGraph
{
    /// <summary>Opset 1 is what files have that name none.</summary>
    private const int FirstOpset = 1;

    /// <summary>Longer chains are none that exporters leave.</summary>
    private const int MaxFolded = 32;

    private readonly ConstantFolding _folding = new();
    private readonly Dictionary<string, NodeProto> _producers = [];
    private readonly Dictionary<string, TensorProto> _initializers = [];
    private readonly OnnxTensorReader _tensors;

    /// <exception cref="FormatException">The model contradicts itself.</exception>
    public OnnxGraph(ModelProto model, OnnxTensorReader tensors)
    {
        if (model.Graph is null)
            throw new FormatException("it has no graph; this is no ONNX model.");
        _tensors = tensors;
        Opset = checked((int)(model.OpsetImport.LastOrDefault(opset => opset.Domain is "" or "ai.onnx")?.Version ?? FirstOpset));
        foreach (TensorProto tensor in model.Graph.Initializer)
            _initializers[tensor.Name] = tensor;
        // Before IR version 4 every initialiser was among the inputs, too.
        Inputs = [.. model.Graph.Input.Where(input => !_initializers.ContainsKey(input.Name))];
        Outputs = [.. model.Graph.Output.Select(output => output.Name)];
        foreach (NodeProto node in FunctionInlining.Inline(model.Graph.Node, model.Functions))
        {
            foreach (string output in node.Output.Where(output => output.Length > 0))
            {
                if (!_producers.TryAdd(output, node))
                    throw new FormatException($"two nodes give the value '{output}'.");
            }
        }
    }

    /// <summary>The version of the standard operators.</summary>
    public int Opset { get; }

    /// <summary>The inputs that no initialiser fills.</summary>
    public IReadOnlyList<ValueInfoProto> Inputs { get; }

    /// <summary>The names of the outputs.</summary>
    public IReadOnlyList<string> Outputs { get; }

    public bool Has(string value) => _producers.ContainsKey(value) || _initializers.ContainsKey(value);

    /// <summary>The node that gives a value; null when that is no node's.</summary>
    public NodeProto? Producer(string value) => _producers.GetValueOrDefault(value);

    /// <summary>Puts another node in the place of the one that gives a value.</summary>
    public void Replace(string value, NodeProto node) => _producers[value] = node;

    /// <summary>The value as written in the file: an initialiser, or the output of a Constant node; null for any other.</summary>
    public OnnxConstant? Literal(string value)
    {
        if (_initializers.TryGetValue(value, out TensorProto? tensor))
            return _tensors.Read(tensor, value);
        return Producer(value) is { OpType: "Constant" } node ? Constant(node) : null;
    }

    /// <summary>The value, if constants alone make it: exporters leave chains of nodes for what was a list of numbers.</summary>
    public OnnxConstant? Folded(string value, int depth = MaxFolded)
    {
        if (Literal(value) is { } literal)
            return literal;
        if (depth == 0 || Producer(value) is not { Input.Count: > 0 } node || node.Output[0] != value)
            return null;
        OnnxConstant?[] inputs = [.. node.Input.Select(name => name.Length == 0 ? null : Folded(name, depth - 1))];
        if (node.Input.Zip(inputs).Any(pair => pair.First.Length > 0 && pair.Second is null))
            return null;
        try
        {
            return _folding.TryFold(new(node, Opset, inputs, new([])) { Wanted = [true] }, this) as OnnxConstant;
        }
        catch (Exception e) when (e is NotSupportedException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>The dimensions of a value as written in the file; null where <see cref="Literal"/> is null.</summary>
    public long[]? LiteralDims(string value)
    {
        if (_initializers.TryGetValue(value, out TensorProto? tensor))
            return [.. tensor.Dims];
        return Producer(value) is { OpType: "Constant" } node
            ? node.Attribute.FirstOrDefault()?.T is { } constant ? [.. constant.Dims] : Constant(node).Dims
            : null;
    }

    /// <summary>The value of a Constant node.</summary>
    /// <exception cref="NotSupportedException">It is no number.</exception>
    public OnnxConstant Constant(NodeProto node)
    {
        AttributeProto? attribute = node.Attribute.FirstOrDefault();
        return attribute?.Name switch
        {
            "value" when attribute.T is not null => _tensors.Read(attribute.T, node.Output[0]),
            "value_int" => new([], [attribute.I]),
            "value_ints" => OnnxConstant.Vector([.. attribute.Ints]),
            "value_float" => new([], [attribute.F]),
            "value_floats" => new([attribute.Floats.Count], [.. attribute.Floats]),
            _ => throw new NotSupportedException($"it holds no number, but {attribute?.Name ?? "nothing"}."),
        };
    }

    /// <summary>The nodes that some values need, each after those that it needs itself.</summary>
    /// <exception cref="FormatException">The graph has a cycle.</exception>
    public List<NodeProto> NodesFor(IReadOnlyList<string> values)
    {
        List<NodeProto> order = [];
        HashSet<NodeProto> done = new(ReferenceEqualityComparer.Instance), open = new(ReferenceEqualityComparer.Instance);
        Stack<NodeProto> stack = [];
        foreach (NodeProto last in values.Select(Producer).OfType<NodeProto>().Reverse())
            stack.Push(last);
        while (stack.TryPeek(out NodeProto? node))
        {
            if (done.Contains(node))
            {
                stack.Pop();
            }
            else if (open.Add(node))
            {
                // The last pushed is the first done, so that branches come in the order of the inputs.
                foreach (NodeProto producer in node.Input.Select(Producer).OfType<NodeProto>().Reverse())
                {
                    if (open.Contains(producer) && !done.Contains(producer))
                        throw new FormatException($"the value '{producer.Output[0]}' depends on itself.");
                    if (!done.Contains(producer))
                        stack.Push(producer);
                }
            }
            else
            {
                stack.Pop();
                done.Add(node);
                order.Add(node);
            }
        }
        return order;
    }
}
