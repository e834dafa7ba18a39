namespace MLNetExtensions.Networks.Onnx;

/// <summary>Recurrent layers: an operator for each layer of a stack, whose weights are those of PyTorch in ONNX's
/// order.</summary>
internal static class RecurrentExport
{
    private const int GatherElementsOpset = 11;

    // PyTorch has the gates in the order i, f, c, o and r, z, n; ONNX in i, o, f, c and z, r, h.
    private static readonly long[] LstmGates = [0, 3, 1, 2], GruGates = [1, 0, 2];

    public static string Lstm(LSTM layer, LayerExport export) => Recurrent(layer, export, "LSTM", LstmGates);

    public static string Gru(GRU layer, LayerExport export) =>
        Recurrent(layer, export, "GRU", GruGates, OnnxAttribute.Int("linear_before_reset", 1));

    private static string Recurrent(
        RecurrentLayer layer, LayerExport export, string operation, long[] gates, params AttributeProto[] more)
    {
        (int length, int features, int size) =
            (export.InputShape[^2], export.InputShape[^1], layer.Directions * layer.HiddenSize);
        // [N×length×features], where N counts every sequence of an example.
        string steps = export.InputShape.Rank == 2
            ? export.Input
            : export.Step("Reshape", [export.Input, export.Constant("sequences", -1, length, features)]);
        string lengths = "", order = "";
        if (export.Inputs.Count > 1)
        {
            string mask = MaskExport.Present(export, export.Inputs[1], length);
            lengths = MaskExport.Lengths(export, mask, length);
            // Steps that count need not be the first ones unless a length says so.
            if (export.Producer(1) is not SequenceMask)
            {
                order = StepsFirst(export, mask, length);
                steps = Taken(export, steps, order, features);
            }
        }
        string states = export.Step("Transpose", [steps], OnnxAttribute.Ints("perm", 1, 0, 2)), last = "";
        for (int i = 0; i < layer.Layers; i++)
        {
            AttributeProto[] attributes =
            [
                OnnxAttribute.Int("hidden_size", layer.HiddenSize),
                OnnxAttribute.String("direction", layer.Bidirectional ? "bidirectional" : "forward"), .. more,
            ];
            string bias = layer.Bias ? Biases(layer, export, i, gates) : "";
            string[] inputs =
            [
                states, Weights(layer, export, i, "weight_ih", gates), Weights(layer, export, i, "weight_hh", gates), bias,
                lengths,
            ];
            string[] outputs = export.Steps(operation, inputs[..(lengths != "" ? 5 : bias != "" ? 4 : 3)], 2, attributes);
            // [length×directions×N×hidden]
            string aside = export.Step("Transpose", [outputs[0]], OnnxAttribute.Ints("perm", 0, 2, 1, 3));
            states = export.Step("Reshape", [aside, export.Constant("states", 0, 0, size)]);
            last = outputs[1];
        }
        long[] shape = [-1, .. export.OutputShape.Dimensions.ToArray().Select(dimension => (long)dimension)];
        if (layer.Output == RecurrentOutput.Last)
        {
            string row = export.Step("Transpose", [last], OnnxAttribute.Ints("perm", 1, 0, 2));
            return export.Emit("Reshape", [row, export.Constant("shape", shape)]);
        }
        string all = export.Step("Transpose", [states], OnnxAttribute.Ints("perm", 1, 0, 2));
        if (order != "")
            all = Taken(export, all, Inverse(export, order, length), size);
        return export.Emit("Reshape", [all, export.Constant("shape", shape)]);
    }

    /// <summary>[directions×gates·hidden×columns]</summary>
    private static string Weights(RecurrentLayer layer, LayerExport export, int index, string kind, long[] gates) =>
        Directions(layer, export, direction =>
            Ordered(export, export.Parameter($"{kind}{RecurrentLayer.Suffix(index, direction)}"), layer.HiddenSize, gates, [-1]));

    /// <summary>[directions×2·gates·hidden]: those of the input before those of the state.</summary>
    private static string Biases(RecurrentLayer layer, LayerExport export, int index, long[] gates) =>
        Directions(layer, export, direction =>
        {
            string[] both = [.. new[] { "bias_ih", "bias_hh" }.Select(kind => Ordered(
                export, export.Parameter($"{kind}{RecurrentLayer.Suffix(index, direction)}"), layer.HiddenSize, gates, []))];
            return export.Step("Concat", both, OnnxAttribute.Int("axis", 1));
        });

    private static string Directions(RecurrentLayer layer, LayerExport export, Func<int, string> direction)
    {
        string[] parts = [.. Enumerable.Range(0, layer.Directions).Select(direction)];
        return parts.Length == 1 ? parts[0] : export.Step("Concat", parts, OnnxAttribute.Int("axis", 0));
    }

    /// <summary>A parameter with its gates in ONNX's order, behind a dimension of 1.</summary>
    private static string Ordered(LayerExport export, string parameter, int size, long[] gates, long[] columns)
    {
        string blocks = export.Step("Reshape", [parameter, export.Constant("gates", [gates.Length, size, .. columns])]);
        string ordered = export.Step("Gather", [blocks, export.Constant("order", gates)]);
        return export.Step("Reshape", [ordered, export.Constant("rows", [1L, gates.Length * size, .. columns])]);
    }

    /// <summary>The places of a mask, [N×length]: those that count first, in their order.</summary>
    private static string StepsFirst(LayerExport export, string mask, int length)
    {
        if (export.Opset < GatherElementsOpset)
            throw export.NotSupported($"before opset {GatherElementsOpset} no operator passes steps over.");
        float[] places = [.. Enumerable.Range(0, length)];
        string first = export.Step("Mul", [mask, export.Constant("length", (double)length)]);
        string keys = export.Step("Sub", [first, export.Constant("places", [length], places)]);
        return export.Steps("TopK", [keys, export.Constant("count", [length])], 2)[1];
    }

    /// <summary>Where each step went.</summary>
    private static string Inverse(LayerExport export, string order, int length)
    {
        string places = export.Step("Cast", [order], OnnxAttribute.Int("to", (long)TensorProto.Types.DataType.Float));
        return export.Steps("TopK", [places, export.Constant("count", [length])], 2, OnnxAttribute.Int("largest", 0))[1];
    }

    private static string Taken(LayerExport export, string steps, string order, int features)
    {
        string column = export.Step("Reshape", [order, export.Constant("column", 0, 0, 1)]);
        string places = export.Step("Expand", [column, export.Constant("features", 1, 1, features)]);
        return export.Step("GatherElements", [steps, places], OnnxAttribute.Int("axis", 1));
    }
}
