namespace MLNetExtensions.Networks;

/// <summary>A trained network: what it is and what it learned. Saved as a safetensors file that carries the definition as JSON in
/// its metadata, so one file is enough to score, and PyTorch reads the weights as they are.</summary>
public sealed class NetworkModel
{
    /// <summary>The metadata entry that holds the definition, as <see cref="NetworkJson"/> writes it.</summary>
    public const string DefinitionKey = "mlnetextensions.definition";

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

    /// <summary>Reads what <see cref="Save(Stream)"/> wrote.</summary>
    /// <param name="stream">Positioned at the first byte; it is read to its end and need not seek.</param>
    /// <param name="source">What messages call the stream: a file's name.</param>
    /// <exception cref="FormatException">The stream is truncated, of another format, or without a definition;
    /// the message names the source.</exception>
    public static NetworkModel Load(Stream stream, string source = "the stream")
    {
        SafeTensorsContent content = SafeTensors.Read(stream, source);
        if (!content.Metadata.TryGetValue(DefinitionKey, out string? json))
            throw new FormatException(
                $"'{source}' has weights but no network definition. Make the architecture and a NetworkModel of it and the " +
                "weights that SafeTensors reads.");
        try
        {
            NetworkDefinition definition = NetworkJson.Deserialize(json);
            return new(definition, content.Weights.OrderedAs(definition));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new FormatException($"'{source}' holds no valid network: {e.Message}", e);
        }
    }

    /// <summary>Reads a file that <see cref="Save(string)"/> wrote.</summary>
    /// <exception cref="FormatException">The file is truncated, of another format, or without a
    /// definition; the message names it.</exception>
    public static NetworkModel Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Load(stream, path);
    }

    private Dictionary<string, string> Metadata() =>
        new() { ["format"] = "pt", [DefinitionKey] = NetworkJson.Serialize(Definition) };
}
