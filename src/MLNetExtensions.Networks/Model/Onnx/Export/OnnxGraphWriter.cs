using System.Runtime.InteropServices;
using Google.Protobuf;

namespace MLNetExtensions.Networks.Onnx;

/// <summary>Adds nodes and constants to an ONNX graph, each value under a name of its own.</summary>
/// <param name="opset">The version of the operators.</param>
/// <param name="reserved">Names that no value may take by chance.</param>
/// <param name="writesParameters">Whether the values of parameters are written, or the graph around them alone.</param>
internal sealed class OnnxGraphWriter(int opset, IEnumerable<string> reserved, bool writesParameters = true)
{
    private readonly HashSet<string> _names = [.. reserved];

    public GraphProto Graph { get; } = new();

    /// <summary>The version of the operators.</summary>
    public int Opset => opset;

    /// <summary>Adds a node with one output.</summary>
    /// <returns>The name of its value: the node's own, or the next free one.</returns>
    public string Node(
        string operation, string name, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes) =>
        Node(operation, name, inputs, 1, attributes)[0];

    /// <summary>Adds a node with so many outputs.</summary>
    /// <returns>The names of its values.</returns>
    public string[] Node(
        string operation, string name, IEnumerable<string> inputs, int outputs, IEnumerable<AttributeProto> attributes)
    {
        string[] values = [.. Enumerable.Range(0, outputs).Select(_ => Unique(name))];
        Graph.Node.Add(new NodeProto
        {
            OpType = operation, Name = values[0], Input = { inputs }, Output = { values }, Attribute = { attributes },
        });
        return values;
    }

    /// <summary>Adds an initialiser under a reserved name.</summary>
    public void Parameter(string name, WeightTensor tensor)
    {
        if (writesParameters)
            Initializer(name, Floats(tensor.Shape.Dimensions, tensor.Values));
    }

    /// <summary>Adds constant numbers.</summary>
    /// <returns>The name of the value.</returns>
    public string Constant(string name, ReadOnlySpan<int> dimensions, ReadOnlySpan<float> values) =>
        Initializer(Unique(name), Floats(dimensions, values));

    /// <summary>Adds a constant number.</summary>
    /// <returns>The name of the value.</returns>
    public string Constant(string name, float value) => Constant(name, [], [value]);

    /// <summary>Adds a vector of constant integers.</summary>
    /// <returns>The name of the value.</returns>
    public string Constant(string name, params IEnumerable<long> values)
    {
        TensorProto tensor = new() { DataType = (int)TensorProto.Types.DataType.Int64, Int64Data = { values } };
        tensor.Dims.Add(tensor.Int64Data.Count);
        return Initializer(Unique(name), tensor);
    }

    /// <summary>Gives a value a reserved name.</summary>
    public void Rename(string value, string name)
    {
        NodeProto? producer = Graph.Node.FirstOrDefault(node => node.Output[0] == value);
        if (producer is null)
        {
            // The value is the graph's input, which keeps its name.
            Copy(value, name);
            return;
        }
        producer.Output[0] = name;
        foreach (NodeProto node in Graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                if (node.Input[i] == value)
                    node.Input[i] = name;
            }
        }
    }

    /// <summary>Gives a value a second, reserved name.</summary>
    public void Copy(string value, string name) =>
        Graph.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { value }, Output = { name } });

    private static TensorProto Floats(ReadOnlySpan<int> dimensions, ReadOnlySpan<float> values)
    {
        TensorProto tensor = new()
        {
            DataType = (int)TensorProto.Types.DataType.Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
        };
        foreach (int dimension in dimensions)
            tensor.Dims.Add(dimension);
        return tensor;
    }

    private string Initializer(string name, TensorProto tensor)
    {
        tensor.Name = name;
        Graph.Initializer.Add(tensor);
        return name;
    }

    private string Unique(string name)
    {
        string unique = name;
        for (int i = 1; !_names.Add(unique); i++)
            unique = $"{name}_{i}";
        return unique;
    }
}
