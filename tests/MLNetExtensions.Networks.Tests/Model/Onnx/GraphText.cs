using System.Globalization;
using Google.Protobuf;
using MLNetExtensions.Networks.Onnx;
using DataType = MLNetExtensions.Networks.Onnx.TensorProto.Types.DataType;

namespace MLNetExtensions.Networks.Tests.Onnx;

/// <summary>
/// ONNX models as text, a line each: <c>input x[N,3,8,8]</c>; <c>w float[4,3,3,3]</c> is an initialiser of random numbers,
/// <c>s int64 = 0 -1</c> and <c>c float = 0.5</c> ones of the given numbers (one is a scalar, <c>[1] = 3</c> is not);
/// <c>y = Conv(x, w) kernel_shape=[3,3] group=1 alpha=0.5 mode='constant'</c> is a node; <c>output y</c> ends the model.
/// </summary>
internal static class GraphText
{
    public static ModelProto Parse(int opset, string text)
    {
        ModelProto model = new()
        {
            IrVersion = Math.Min(opset / 2 + 1, 8), Graph = new() { Name = "graph" },
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = opset } },
        };
        int seed = 0;
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] == "input")
                model.Graph.Input.Add(Info(words[1]));
            else if (words[0] == "output")
                model.Graph.Output.Add(Info(words[1]));
            else if (words[1] == "=" || words[0].EndsWith(','))
                model.Graph.Node.Add(Node(line));
            else
                model.Graph.Initializer.Add(Initializer(words, ++seed));
        }
        // Before IR version 4 initialisers were inputs, too.
        if (model.IrVersion < 4)
            model.Graph.Input.Add(model.Graph.Initializer.Select(tensor => Info(
                $"{tensor.Name}[{string.Join(',', tensor.Dims)}]", (DataType)tensor.DataType)));
        return model;
    }

    private static ValueInfoProto Info(string text, DataType type = DataType.Float)
    {
        string[] parts = text.TrimEnd(']').Split('[');
        TypeProto.Types.Tensor tensor = new() { ElemType = (int)type };
        if (parts.Length > 1)
        {
            tensor.Shape = new();
            foreach (string size in parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries))
                tensor.Shape.Dim.Add(Dimension(size));
        }
        return new() { Name = parts[0], Type = new() { TensorType = tensor } };
    }

    private static TensorShapeProto.Types.Dimension Dimension(string size) =>
        long.TryParse(size, out long value) ? new() { DimValue = value } : new() { DimParam = size };

    private static TensorProto Initializer(string[] words, int seed)
    {
        string[] type = words[1].TrimEnd(']').Split('[');
        long[] dims = type.Length > 1 ? Numbers(type[1]) : words.Length == 4 ? [] : [words.Length - 3];
        string[] values = words.Length > 2 ? words[3..] : [];
        TensorProto tensor = new() { Name = words[0], Dims = { dims } };
        int count = (int)dims.Aggregate(1L, (size, dim) => size * dim);
        if (type[0] == "int64")
        {
            tensor.DataType = (int)DataType.Int64;
            tensor.Int64Data.Add(values.Select(long.Parse));
        }
        else
        {
            tensor.DataType = (int)DataType.Float;
            Random random = new(seed);
            // Variances must be positive; so is everything that is called "positive".
            tensor.FloatData.Add(values.Length > 0
                ? values.Select(value => float.Parse(value, CultureInfo.InvariantCulture))
                : Enumerable.Range(0, count).Select(_ => random.NextSingle() + (words[0].StartsWith("positive") ? 0.5f : -0.5f)));
        }
        return tensor;
    }

    private static NodeProto Node(string line)
    {
        string[] sides = line.Split(" = ", 2);
        int open = sides[1].IndexOf('('), close = sides[1].IndexOf(')');
        string[] operation = sides[1][..open].Split(':');
        NodeProto node = new()
        {
            OpType = operation[^1], Domain = operation.Length > 1 ? operation[0] : "", Name = $"node/{sides[0].Split(',')[0]}",
            Input = { sides[1][(open + 1)..close].Split(',', StringSplitOptions.TrimEntries) },
            Output = { sides[0].Split(',', StringSplitOptions.TrimEntries) },
        };
        if (node.Input is [""])
            node.Input.Clear();
        foreach (string pair in sides[1][(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=');
            node.Attribute.Add(parts[1] switch
            {
                ['[', ..] => parts[1].Contains('.')
                    ? throw new FormatException("Lists of floats are not needed.")
                    : OnnxAttribute.Ints(parts[0], Numbers(parts[1].Trim('[', ']'))),
                ['\'', ..] => OnnxAttribute.String(parts[0], parts[1].Trim('\'')),
                _ => parts[1].Contains('.')
                    ? OnnxAttribute.Float(parts[0], double.Parse(parts[1], CultureInfo.InvariantCulture))
                    : OnnxAttribute.Int(parts[0], long.Parse(parts[1])),
            });
        }
        return node;
    }

    private static long[] Numbers(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)];

    /// <summary>The model as a file's bytes.</summary>
    public static byte[] Bytes(int opset, string text) => Parse(opset, text).ToByteArray();
}
