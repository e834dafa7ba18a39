using Google.Protobuf;

namespace MLNetExtensions.Networks.Onnx;

/// <summary>Makes a network of an ONNX model: constants are computed, reshaping is kept as views until a layer needs a shape, and
/// every other node becomes a layer or goes into the one before.</summary>
internal static class OnnxImporter
{
    /// <exception cref="NotSupportedException">Something has no counterpart; the message names the node.</exception>
    /// <exception cref="FormatException">The model is malformed.</exception>
    /// <exception cref="ArgumentException">The options don't fit the model.</exception>
    public static NetworkModel Import(Stream stream, string source, string? folder, OnnxImportOptions options)
    {
        try
        {
            ModelProto model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(stream);
            OnnxTensorReader tensors = new(folder);
            if (WrittenNetwork.TryRead(model, tensors, options) is { } written)
                return written;
            OnnxGraph graph = new(model, tensors);
            IReadOnlyList<string> outputs = Outputs(graph, options);
            GraphRewriting.Rewrite(graph, outputs);
            return outputs.Count == 1 ? Import(graph, outputs, options) : ImportAll(graph, outputs, options);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException($"'{source}': {e.Message}", e);
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            throw new FormatException($"'{source}' is not a valid ONNX model: {e.Message}", e);
        }
    }

    /// <summary>Reads the first dimension as the batch. Where the nodes mix what lies along it, and the file names no batch, it
    /// is the second one: sequences often come step by step, [length×batch×features].</summary>
    private static NetworkModel Import(OnnxGraph graph, IReadOnlyList<string> outputs, OnnxImportOptions options)
    {
        HashSet<string> needed = [.. outputs, .. graph.NodesFor(outputs).SelectMany(node => node.Input)];
        IReadOnlyList<ModelInput> inputs = ModelInput.Of(graph, needed, options, batchAxis: 0);
        try
        {
            return new GraphImport(graph, inputs).Run(outputs);
        }
        catch (NotSupportedException)
            when (inputs.All(input => input.Rank > 1 && input.BatchAxis == 0) && options.InputShape is null)
        {
            try
            {
                IReadOnlyList<ModelInput> others = ModelInput.Of(graph, needed, options, batchAxis: 1);
                if (others.All(input => input.BatchAxis == 1))
                    return new GraphImport(graph, others).Run(outputs);
            }
            catch (Exception e) when (e is NotSupportedException or FormatException)
            {
                // What the first reading lacks is the message to give.
            }
            throw;
        }
    }

    private static NetworkModel ImportAll(OnnxGraph graph, IReadOnlyList<string> outputs, OnnxImportOptions options)
    {
        try
        {
            return Import(graph, outputs, options);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException(
                $"{e.Message} The model has the outputs {string.Join(", ", outputs)}; " +
                $"{nameof(OnnxImportOptions)}.{nameof(OnnxImportOptions.OutputName)} takes one of them.", e);
        }
    }

    private static IReadOnlyList<string> Outputs(OnnxGraph graph, OnnxImportOptions options)
    {
        if (options.OutputName is not { } name)
            return graph.Outputs.Count > 0 ? graph.Outputs : throw new FormatException("it has no output.");
        return graph.Has(name)
            ? [name]
            : throw new ArgumentException(
                $"The model has no value '{name}'; its outputs are {string.Join(", ", graph.Outputs)}.", nameof(options));
    }
}
