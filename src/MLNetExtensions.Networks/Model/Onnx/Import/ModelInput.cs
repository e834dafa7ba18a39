namespace MLNetExtensions.Networks.Onnx;

/// <summary>The input of a model: its name, the shape of one example, and the batch size that the file was made for, if it
/// says one.</summary>
internal sealed record ModelInput(string Name, TensorShape Shape, long? Batch)
{
    public static ModelInput Of(OnnxGraph graph, OnnxImportOptions options)
    {
        ValueInfoProto input = graph.Inputs.FirstOrDefault() ?? throw new FormatException("it has no input.");
        TensorShape? wanted = options.InputShape;
        if (input.Type?.TensorType?.Shape is not { } declared)
        {
            return wanted is not null
                ? new(input.Name, wanted, null)
                : throw Open(input.Name, "does not say the shape of its input");
        }
        long[] dims = [.. declared.Dim.Select(dim => dim.HasDimValue && dim.DimValue > 0 ? dim.DimValue : 0)];
        if (dims.Length == 0)
            throw new NotSupportedException($"its input '{input.Name}' is a single number, without a batch dimension.");
        // A row of single numbers is a row of one feature.
        long[] example = dims.Length > 1 ? dims[1..] : [1];
        long? batch = dims[0] > 0 ? dims[0] : null;
        if (wanted is not null)
        {
            bool fits = wanted.Rank == example.Length
                && example.Zip(wanted.Dimensions.ToArray()).All(pair => pair.First == 0 || pair.First == pair.Second);
            return fits
                ? new(input.Name, wanted, batch)
                : throw new ArgumentException(
                    $"The model's input '{input.Name}' has the shape {Text(example)} for one example, not {wanted}.",
                    nameof(options));
        }
        if (example.Contains(0))
            throw Open(input.Name, $"leaves dimensions of its input open ({Text(example)})");
        return example.All(dim => dim <= int.MaxValue)
            ? new(input.Name, new([.. example.Select(dim => (int)dim)]), batch)
            : throw new FormatException($"its input '{input.Name}' has the shape {Text(example)}.");
    }

    private static NotSupportedException Open(string name, string what) => new(
        $"it {what} '{name}'; give the shape of one example in " +
        $"{nameof(OnnxImportOptions)}.{nameof(OnnxImportOptions.InputShape)}.");

    private static string Text(long[] dims) => $"[{string.Join('×', dims.Select(dim => dim == 0 ? "?" : $"{dim}"))}]";
}
