using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Model.OnnxConverter;
using MLNetExtensions.Networks.Onnx;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Interop;

/// <summary>The ONNX graph that ML.NET's converter makes of a pipeline, at the place of one of our steps.</summary>
internal sealed class OnnxPipeline
{
    private readonly OnnxContext _context;
    private readonly DataViewSchema _schema;

    /// <param name="context">The converter's graph, with the steps before in it.</param>
    /// <param name="schema">The columns behind the step.</param>
    public OnnxPipeline(OnnxContext context, DataViewSchema schema)
    {
        (_context, _schema) = (context, schema);
        Opset = OnnxExporter.MinimumOpset;
        while (Opset < OnnxExporter.DefaultOpset && Allows(Opset + 1))
            Opset++;
    }

    /// <summary>The version of the operators.</summary>
    public int Opset { get; }

    /// <summary>The value of a column that the step takes.</summary>
    /// <exception cref="InvalidOperationException">A step before, which makes the column, is not in the graph.</exception>
    public string Input(string column) => _context.ContainsColumn(column)
        ? _context.GetVariableName(column)
        : throw new InvalidOperationException(
            $"The network can't be written as ONNX: its column '{column}' comes from a step that ML.NET can't convert, or from " +
            "one before such a step; the log of the context names it. Convert the steps behind it by themselves.");

    /// <summary>Adds a node whose value is a column that the step makes.</summary>
    public void Output(
        string column, string operation, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes) =>
        Node(operation, column, inputs, [_context.AddIntermediateVariable(_schema[column].Type, column)], attributes);

    /// <summary>Adds a node on the way.</summary>
    /// <returns>Its value.</returns>
    public string Step(string operation, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        string value = Variable(operation);
        Node(operation, operation, inputs, [value], attributes);
        return value;
    }

    /// <summary>Adds a constant number.</summary>
    /// <returns>Its value.</returns>
    public string Constant(string name, float value) => _context.AddInitializer(value, Free(name));

    /// <summary>Adds a vector of constant numbers.</summary>
    /// <returns>Its value.</returns>
    public string Constant(string name, params float[] values) => _context.AddInitializer(values, [values.Length], Free(name));

    /// <summary>Adds a vector of constant integers.</summary>
    /// <returns>Its value.</returns>
    public string Constant(string name, params long[] values) => _context.AddInitializer(values, [values.Length], Free(name));

    /// <summary>Adds the nodes and constants of a graph of one output.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">A value for each of its inputs.</param>
    /// <returns>The value of the output.</returns>
    public string Graph(GraphProto graph, IReadOnlyList<string> inputs)
    {
        Dictionary<string, string> values = new() { [""] = "" };
        foreach ((ValueInfoProto taken, string value) in graph.Input.Zip(inputs))
            values.Add(taken.Name, value);
        foreach (TensorProto tensor in graph.Initializer)
            values[tensor.Name] = Initializer(tensor);
        foreach (NodeProto node in graph.Node)
        {
            foreach (string output in node.Output)
                values[output] = Variable(output);
            Node(
                node.OpType, node.Name, node.Input.Select(name => values[name]), node.Output.Select(name => values[name]),
                node.Attribute);
        }
        return values[graph.Output[0].Name];
    }

    private bool Allows(int opset)
    {
        try
        {
            // The context tells its version in no other way.
            _context.CheckOpSetVersion(opset, nameof(NeuralNetworkTransformer));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private string Initializer(TensorProto tensor)
    {
        string name = Free(tensor.Name);
        if (tensor.DataType == (int)TensorProto.Types.DataType.Int64)
            return _context.AddInitializer(tensor.Int64Data, tensor.Dims, name);
        float[] values = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
        return tensor.Dims.Count == 0
            ? _context.AddInitializer(values[0], name)
            : _context.AddInitializer(values, tensor.Dims, name);
    }

    private void Node(
        string operation, string name, IEnumerable<string> inputs, IEnumerable<string> outputs,
        IEnumerable<AttributeProto> attributes)
    {
        OnnxNode node = _context.CreateNode(operation, inputs, outputs, _context.GetNodeName(name), domain: "");
        foreach (AttributeProto attribute in attributes)
        {
            switch (attribute.Type)
            {
                case AttributeProto.Types.AttributeType.Int:
                    node.AddAttribute(attribute.Name, attribute.I);
                    break;
                case AttributeProto.Types.AttributeType.Ints:
                    node.AddAttribute(attribute.Name, attribute.Ints);
                    break;
                case AttributeProto.Types.AttributeType.Float:
                    node.AddAttribute(attribute.Name, (double)attribute.F);
                    break;
                case AttributeProto.Types.AttributeType.String:
                    node.AddAttribute(attribute.Name, attribute.S.ToStringUtf8());
                    break;
                default:
                    throw new NotSupportedException($"An attribute of type {attribute.Type} has no way into ML.NET's graph.");
            }
        }
    }

    private string Variable(string name) => _context.AddIntermediateVariable(null, Free(name), skip: true);

    /// <summary>A name that no column has: the context takes every name that is given to it for a column's.</summary>
    private string Free(string name)
    {
        string free = name;
        for (int i = 1; IsTaken(free); i++)
            free = $"{name}_{i}";
        return free;

        bool IsTaken(string name) =>
            _context.ContainsColumn(name) || _context.IsVariableDefined(name) || _schema.GetColumnOrNull(name) is not null;
    }
}
