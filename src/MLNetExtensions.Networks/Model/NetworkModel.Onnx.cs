using Google.Protobuf;
using MLNetExtensions.Networks.Onnx;

namespace MLNetExtensions.Networks;

/// <content>The ONNX format (https://onnx.ai).</content>
public sealed partial class NetworkModel
{
    /// <summary>Writes the network in the ONNX format, for every tool that reads it: one input and one output of type Single with
    /// a batch dimension of any size, the operators of opset 21, the parameters as initialisers under their names, a <see
    /// cref="Normalize"/> layer as part of the graph.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="options">Names of input and output, and whether probabilities come out; the defaults when null.</param>
    /// <exception cref="NotSupportedException">ONNX has no operator for a layer, or the weights take more than the 2 GiB
    /// of a file; the message names the layer.</exception>
    public void SaveOnnx(Stream stream, OnnxExportOptions? options = null) =>
        OnnxExporter.Export(this, options ?? new()).WriteTo(stream);

    /// <summary>Writes the network to a file in the ONNX format, beside its place and then renamed into it.</summary>
    /// <inheritdoc cref="SaveOnnx(Stream, OnnxExportOptions?)"/>
    /// <param name="path">The file, usually <c>….onnx</c>.</param>
    /// <param name="options">Names of input and output, and whether probabilities come out; the defaults when null.</param>
    /// <exception cref="IOException">The file can't be written; an earlier one is as it was.</exception>
    public void SaveOnnx(string path, OnnxExportOptions? options = null)
    {
        ModelProto model = OnnxExporter.Export(this, options ?? new());
        AtomicFile.Write(path, model.WriteTo);
    }

    /// <summary>Reads a network from a file in the ONNX format. Weights are converted to Single; parameters whose initialisers
    /// are called as PyTorch calls them (<c>features.0.weight</c>) keep their names. What exporters leave of shape arithmetic is
    /// computed, scales and shifts by constants go into the layer before, and what exporters took apart (GELU, SiLU, layer
    /// normalisation) is put together again.</summary>
    /// <param name="path">The file. Weights that it keeps in other files must lie in its folder or below.</param>
    /// <param name="options">The shape of an example, where the file leaves it open, and which output; null for what the
    /// file says.</param>
    /// <exception cref="NotSupportedException">An operator, or the way it is used, has no counterpart among the layers; the
    /// message names file, node and operator.</exception>
    /// <exception cref="FormatException">The file is truncated, of another format or contradicts itself; the message
    /// names it.</exception>
    /// <exception cref="ArgumentException">The options don't fit the file.</exception>
    public static NetworkModel LoadOnnx(string path, OnnxImportOptions? options = null)
    {
        using FileStream stream = File.OpenRead(path);
        return OnnxImporter.Import(stream, path, Path.GetDirectoryName(Path.GetFullPath(path)), options ?? new());
    }

    /// <summary>Reads a network from a stream in the ONNX format, to its end.</summary>
    /// <inheritdoc cref="LoadOnnx(string, OnnxImportOptions?)"/>
    /// <param name="stream">Positioned at the first byte; all weights must be in it.</param>
    /// <param name="options">The shape of an example, where the file leaves it open, and which output; null for what the
    /// file says.</param>
    /// <param name="source">What messages call the stream: a file's name.</param>
    public static NetworkModel LoadOnnx(Stream stream, OnnxImportOptions? options = null, string source = "the stream") =>
        OnnxImporter.Import(stream, source, folder: null, options ?? new());
}
