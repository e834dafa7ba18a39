using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks;

/// <summary>A trained network: what it is and what it learned. Saved as a safetensors file that carries the definition as JSON in
/// its metadata, so one file is enough to score, and PyTorch reads the weights as they are.</summary>
public sealed partial class NetworkModel
{
    /// <summary>The metadata entry that holds the definition, as <see cref="NetworkJson"/> writes it.</summary>
    internal const string DefinitionKey = "mlnetextensions.definition";

    /// <summary>A network and its weights.</summary>
    /// <exception cref="ArgumentException">The weights don't fit the definition.</exception>
    public NetworkModel(NetworkDefinition definition, NetworkWeights weights)
    {
        weights.CheckFits(definition);
        (Definition, Weights) = (definition, weights);
    }

    /// <summary>The graph.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>The parameters and buffers.</summary>
    public NetworkWeights Weights { get; }

    /// <summary>Writes the model.</summary>
    public void Save(Stream stream) => SafeTensors.Write(stream, Weights, Metadata());

    /// <summary>Writes the model to a file, beside its place and then renamed into it.</summary>
    /// <exception cref="IOException">The file can't be written; an earlier one is as it was.</exception>
    public void Save(string path) => SafeTensors.Save(path, Weights, Metadata());

    /// <summary>Reads what <see cref="Save(Stream)"/> wrote, the entry <c>weights.safetensors</c> of an ML.NET model .zip, or the
    /// best weights of a <see cref="TrainingCheckpoint"/>.</summary>
    /// <param name="stream">Positioned at the first byte; it is read to its end and need not seek.</param>
    /// <param name="source">What messages call the stream: a file's name.</param>
    /// <param name="definition">The network, for weights that come without a definition: PyTorch's, for instance.</param>
    /// <exception cref="FormatException">The stream is truncated, of another format, or without a definition;
    /// the message names the source.</exception>
    public static NetworkModel Load(Stream stream, string source = "the stream", NetworkDefinition? definition = null)
    {
        SafeTensorsContent content = SafeTensors.Read(stream, source);
        if (TrainingCheckpoint.IsCheckpoint(content))
            return TrainingCheckpoint.Read(content, source).BestModel;
        try
        {
            if (content.Metadata.TryGetValue(DefinitionKey, out string? json))
                definition = NetworkJson.Deserialize(json);
            if (definition is null)
                throw new FormatException("it has weights but no definition. Make the architecture and give it as well.");
            return new(definition, content.Weights.OrderedAs(definition));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new FormatException($"'{source}' holds no valid network: {e.Message}", e);
        }
    }

    /// <summary>Reads a file that <see cref="Save(string)"/> wrote, or one of the others that
    /// <see cref="Load(Stream, string, NetworkDefinition)"/> takes.</summary>
    /// <exception cref="FormatException">The file is truncated, of another format, or without a
    /// definition; the message names it.</exception>
    /// <param name="path">The file.</param>
    /// <param name="definition">The network, for weights that come without a definition.</param>
    public static NetworkModel Load(string path, NetworkDefinition? definition = null)
    {
        using FileStream stream = File.OpenRead(path);
        return Load(stream, path, definition);
    }

    private Dictionary<string, string> Metadata() =>
        new() { ["format"] = "pt", [DefinitionKey] = NetworkJson.Serialize(Definition) };
}
