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
            OnnxGraph graph = new(model, new(folder));
            string output = OutputName(graph, options);
            (string input, TensorShape shape, long? batch) = ModelInput.Of(graph, options);
            GraphRewriting.Rewrite(graph, output);
            return new GraphImport(graph, input, shape, batch).Run(output);
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

    private static string OutputName(OnnxGraph graph, OnnxImportOptions options)
    {
        if (options.OutputName is { } name)
        {
            return graph.Has(name)
                ? name
                : throw new ArgumentException(
                    $"The model has no value '{name}'; its outputs are {string.Join(", ", graph.Outputs)}.", nameof(options));
        }
        return graph.Outputs.Count switch
        {
            0 => throw new FormatException("it has no output."),
            1 => graph.Outputs[0],
            _ => throw new NotSupportedException(
                $"it has {graph.Outputs.Count} outputs ({string.Join(", ", graph.Outputs)}); say which one in " +
                $"{nameof(OnnxImportOptions)}.{nameof(OnnxImportOptions.OutputName)}."),
        };
    }
}
