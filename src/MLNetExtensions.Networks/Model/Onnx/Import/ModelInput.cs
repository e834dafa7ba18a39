namespace MLNetExtensions.Networks.Onnx;

/// <summary>An input of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">The shape of one example.</param>
/// <param name="BatchAxis">The place of the batch among the dimensions of the model.</param>
/// <param name="Batch">The batch size that the file was made for, if it says one.</param>
/// <param name="IsInteger">Whether it holds whole numbers, as ids are.</param>
internal sealed record ModelInput(string Name, TensorShape Shape, int BatchAxis, long? Batch, bool IsInteger)
{
    /// <summary>The value of the input, under the name that the network calls it by.</summary>
    public NetworkValue Value(string name)
    {
        // A row of single numbers is a row of one feature.
        long[] example = [.. Shape.Dimensions.ToArray().Select(size => (long)size)];
        return new(
            name, Rank == 1 ? [BatchDimension.Unit] : [.. example[..BatchAxis], BatchDimension.Unit, .. example[BatchAxis..]])
        {
            IsInput = true, IsInteger = IsInteger,
        };
    }

    /// <summary>The number of dimensions in the model.</summary>
    public required int Rank { get; init; }

    /// <summary>The inputs of a model that its outputs depend on.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="needed">The values that nodes take.</param>
    /// <param name="options">The shape of the first input, where the file leaves it open.</param>
    /// <param name="batchAxis">Where the batch is, unless the file names it.</param>
    public static IReadOnlyList<ModelInput> Of(
        OnnxGraph graph, IReadOnlySet<string> needed, OnnxImportOptions options, int batchAxis)
    {
        ValueInfoProto[] inputs = [.. graph.Inputs.Where(input => needed.Contains(input.Name))];
        if (inputs.Length == 0)
            inputs = graph.Inputs.Count > 0 ? [graph.Inputs[0]] : throw new FormatException("it has no input.");
        Dictionary<string, long> sizes = [];
        List<ModelInput> result = [];
        foreach (ValueInfoProto input in inputs)
            result.Add(Of(input, result.Count == 0 ? options : options with { InputShape = null }, batchAxis, sizes));
        return result;
    }

    private static ModelInput Of(ValueInfoProto input, OnnxImportOptions options, int batchAxis, Dictionary<string, long> sizes)
    {
        TensorShape? wanted = options.InputShape;
        bool isInteger = (TensorProto.Types.DataType)(input.Type?.TensorType?.ElemType ?? 0)
            is TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Int32 or TensorProto.Types.DataType.Bool;
        if (input.Type?.TensorType?.Shape is not { } declared)
        {
            return wanted is not null
                ? new(input.Name, wanted, 0, null, isInteger) { Rank = wanted.Rank + 1 }
                : throw Open(input.Name, "does not say the shape of its input");
        }
        TensorShapeProto.Types.Dimension[] dims = [.. declared.Dim];
        if (dims.Length == 0)
            throw new NotSupportedException($"its input '{input.Name}' is a single number, without a batch dimension.");
        int named = Array.FindIndex(dims, dim => dim.DimParam.Contains("batch", StringComparison.OrdinalIgnoreCase));
        int batch = named >= 0 ? named : Math.Min(batchAxis, dims.Length - 1);
        TensorShapeProto.Types.Dimension[] others = dims.Length == 1
            ? [new() { DimValue = 1 }]
            : [.. dims.Where((_, i) => i != batch)];
        long[] example = [.. others.Select(Size)];
        if (wanted is not null)
        {
            bool fits = wanted.Rank == example.Length
                && example.Zip(wanted.Dimensions.ToArray()).All(pair => pair.First == 0 || pair.First == pair.Second);
            if (!fits)
                throw new ArgumentException(
                    $"The model's input '{input.Name}' has the shape {Text(example)} for one example, not {wanted}.",
                    nameof(options));
            // Inputs that share an open dimension name it alike.
            for (int i = 0; i < others.Length; i++)
                sizes.TryAdd(others[i].DimParam, wanted[i]);
            example = [.. wanted.Dimensions.ToArray().Select(size => (long)size)];
        }
        if (example.Contains(0))
            throw Open(input.Name, $"leaves dimensions of its input open ({Text(example)})");
        if (example.Any(dim => dim > int.MaxValue))
            throw new FormatException($"its input '{input.Name}' has the shape {Text(example)}.");
        long size = Size(dims[batch]);
        return new(input.Name, new([.. example.Select(dim => (int)dim)]), batch, size > 0 ? size : null, isInteger)
        {
            Rank = dims.Length,
        };

        long Size(TensorShapeProto.Types.Dimension dim) => dim.HasDimValue && dim.DimValue > 0 ? dim.DimValue
            : dim.DimParam.Length > 0 ? sizes.GetValueOrDefault(dim.DimParam) : 0;
    }

    private static NotSupportedException Open(string name, string what) => new(
        $"it {what} '{name}'; give the shape of one example in " +
        $"{nameof(OnnxImportOptions)}.{nameof(OnnxImportOptions.InputShape)}.");

    private static string Text(long[] dims) => $"[{string.Join('×', dims.Select(dim => dim == 0 ? "?" : $"{dim}"))}]";
}
