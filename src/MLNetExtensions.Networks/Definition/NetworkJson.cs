using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MLNetExtensions.Networks;

/// <summary>A network definition as JSON, readable by people: <c>{"version": 1, "input": [8], "nodes":
/// [{"name": "0", "layer": {…}}, …]}</c>.</summary>
public static class NetworkJson
{
    private const int Version = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameLayers } },
    };

    /// <summary>The definition as JSON text.</summary>
    public static string Serialize(NetworkDefinition network) =>
        JsonSerializer.Serialize(new Document(Version, network.InputShape, network.Nodes), Options);

    /// <summary>The definition of JSON text.</summary>
    /// <exception cref="FormatException">The text is not a network definition, or one of a later
    /// version; the message says where.</exception>
    public static NetworkDefinition Deserialize(string json)
    {
        try
        {
            Document document = JsonSerializer.Deserialize<Document>(json, Options)
                ?? throw new FormatException("The network definition is empty.");
            if (document.Version > Version)
                throw new FormatException(
                    $"The network definition has version {document.Version}; this library reads up to {Version}. " +
                    "Update MLNetExtensions.");
            return new(document.Input, document.Nodes);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException)
        {
            throw new FormatException($"Not a network definition: {e.Message}", e);
        }
    }

    /// <summary>Every kind of layer of this library goes by the name of its type, in the property <c>layer</c>.</summary>
    private static void NameLayers(JsonTypeInfo info)
    {
        if (info.Type != typeof(Layer))
            return;
        info.PolymorphismOptions = new() { TypeDiscriminatorPropertyName = "layer" };
        IEnumerable<Type> layers = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)));
        foreach (Type type in layers.Where(type => !type.IsAbstract))
            info.PolymorphismOptions.DerivedTypes.Add(new(type, type.Name));
    }

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    private sealed record Document(
        [property: JsonRequired] int Version,
        [property: JsonRequired] TensorShape Input,
        [property: JsonRequired] IReadOnlyList<NetworkNode> Nodes);
}
