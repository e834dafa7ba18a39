namespace MLNetExtensions.Networks.Onnx;

/// <summary>A node of an ONNX graph on its way into a network: its inputs and attributes, checked as they are taken, and the
/// network that it adds to.</summary>
/// <param name="proto">The node.</param>
/// <param name="opset">The version of the operators.</param>
/// <param name="inputs">The values that the node takes; null where it leaves one out.</param>
/// <param name="network">The network so far.</param>
internal sealed class NodeImport(NodeProto proto, int opset, OnnxValue?[] inputs, NetworkAssembly network)
{
    public NodeProto Proto => proto;

    public string Operation => proto.OpType;

    public int Opset => opset;

    public NetworkAssembly Network => network;

    public int InputCount => inputs.Length;

    /// <summary>Of each output whether a node or the model takes it.</summary>
    public required IReadOnlyList<bool> Wanted { get; init; }

    /// <summary>All inputs that are there.</summary>
    public IEnumerable<OnnxValue> Inputs => inputs.OfType<OnnxValue>();

    /// <summary>What messages call the node.</summary>
    public static string Describe(NodeProto node)
    {
        string operation = node.Domain.Length > 0 ? $"{node.Domain}.{node.OpType}" : node.OpType;
        return node.Name.Length > 0
            ? $"node '{node.Name}' ({operation})"
            : $"the node of value '{node.Output.FirstOrDefault()}' ({operation})";
    }

    public bool Has(int index) => index < inputs.Length && inputs[index] is not null;

    /// <summary>An input of any kind.</summary>
    public OnnxValue Input(int index) => Has(index) ? inputs[index]! : throw Malformed($"has no input {index}.");

    /// <summary>An input that the network computes, as numbers.</summary>
    public NetworkValue Value(int index)
    {
        NetworkValue value = Any(index);
        return value.RoundedBy is not { } rounding
            ? value
            : throw NotSupported($"takes numbers that {rounding} makes whole; only ids and lengths may be.");
    }

    /// <summary>An input that the network computes, of numbers or of what must be whole.</summary>
    public NetworkValue Any(int index)
    {
        NetworkValue value = Padded(index);
        if (value.Padding is not null)
            inputs[index] = value = PaddingImport.Fill(this, value);
        return value;
    }

    /// <summary>An input that the network computes, perhaps with padding that no layer has taken over yet.</summary>
    public NetworkValue Padded(int index) => Input(index) switch
    {
        NetworkValue value => value,
        _ => throw NotSupported($"takes a constant as input {index}; only values that the network computes are supported there."),
    };

    /// <summary>An input that must be constant.</summary>
    public OnnxConstant Constant(int index, string what) => Input(index) switch
    {
        OnnxConstant constant => constant,
        NetworkValue { IsInput: true } input => throw NotSupported(
            $"takes its {what} from '{input.Node}', an input of the model; it must be an initialiser or another constant."),
        _ => throw NotSupported($"computes its {what} from the input; it must be constant."),
    };

    /// <summary>An input that must be constant where it is there.</summary>
    public OnnxConstant? OptionalConstant(int index, string what) => Has(index) ? Constant(index, what) : null;

    /// <summary>Integers that are an attribute in earlier opsets and an input in later ones; null when neither is
    /// there.</summary>
    public long[]? IntsOrInput(string name, int index) =>
        Ints(name) ?? OptionalConstant(index, name)?.ToIntegers();

    public long Int(string name, long missing) => Attribute(name)?.I ?? missing;

    public long[]? Ints(string name) => Attribute(name) is { } attribute ? [.. attribute.Ints] : null;

    public string Text(string name, string missing) => Attribute(name)?.S.ToStringUtf8() ?? missing;

    public string[]? Texts(string name) =>
        Attribute(name) is { } attribute ? [.. attribute.Strings.Select(text => text.ToStringUtf8())] : null;

    /// <summary>A number as it was meant: 1e-5, not the Single nearest to it.</summary>
    public double Float(string name, double missing) =>
        Attribute(name) is { } attribute ? Decimal(attribute.F) : missing;

    /// <summary>The number of the fewest digits that rounds to the value.</summary>
    public static double Decimal(float value) => double.Parse(value.ToString("R"));

    /// <summary>An axis counted from the front.</summary>
    public int Axis(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw Malformed($"has an axis {axis} of {rank} dimensions.");

    /// <summary>The node with constants in the place of uniform values: of one number, or as many as an example has for the
    /// operators to which the dimensions matter.</summary>
    public NodeImport WithNumbers() => inputs.Any(input => input is UniformValue)
        ? new(
            proto, opset,
            [.. inputs.Select(input => input is UniformValue uniform
                ? uniform.ToConstant(isWhole: Operation is "Concat" or "Flatten" or "Tile" or "Trilu")
                : input)],
            network)
        {
            Wanted = Wanted,
        }
        : this;

    /// <summary>Adds a layer that computes each value by itself.</summary>
    public NetworkValue Map(Layer layer, NetworkValue input) => Add(layer, input).As(input);

    /// <summary>Adds a layer that takes one value and is named after the node.</summary>
    public NetworkValue Add(Layer layer, NetworkValue input) =>
        network.Add(this, layer, null, [network.Materialize(this, input)]);

    public NotSupportedException NotSupported(string reason) => new($"{Describe(proto)} {reason}");

    public FormatException Malformed(string reason) => new($"{Describe(proto)} {reason}");

    private AttributeProto? Attribute(string name) => proto.Attribute.FirstOrDefault(attribute => attribute.Name == name);
}
