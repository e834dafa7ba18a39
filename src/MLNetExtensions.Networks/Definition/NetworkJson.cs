using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MLNetExtensions.Networks;

/// <summary>A network definition as JSON, readable by people: <c>{"version": 1, "input": [8], "nodes":
/// [{"name": "0", "layer": {…}}, …]}</c>, in version 2 <c>"inputs": [{"name": "image", "shape": [3, 32, 32]}, …]</c> and
/// <c>"outputs": [{"name": "logits", "node": "fc"}, …]</c>. A network that version 1 can say is written in it, so that older
/// libraries read it.</summary>
public static class NetworkJson
{
    private const int OneInputAndOutput = 1, NamedInputsAndOutputs = 2;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameLayers } },
    };

    /// <summary>The definition as JSON text.</summary>
    public static string Serialize(NetworkDefinition network)
    {
        bool isSimple = network.Inputs is [{ Name: NetworkDefinition.InputName, VocabularySize: null }]
            && network.Outputs is [{ Name: NetworkDefinition.OutputName } output] && output.Node == network.Nodes[^1].Name;
        return JsonSerializer.Serialize(
            isSimple
                ? new Document(OneInputAndOutput, network.InputShape, null, network.Nodes, null)
                : new Document(NamedInputsAndOutputs, null, network.Inputs, network.Nodes, network.Outputs),
            Options);
    }

    /// <summary>The definition of JSON text.</summary>
    /// <exception cref="FormatException">The text is not a network definition, or one of a later
    /// version; the message says where.</exception>
    public static NetworkDefinition Deserialize(string json)
    {
        try
        {
            Document document = JsonSerializer.Deserialize<Document>(json, Options)
                ?? throw new FormatException("The network definition is empty.");
            if (document.Version > NamedInputsAndOutputs)
                throw new FormatException(
                    $"The network definition has version {document.Version}; this library reads up to " +
                    $"{NamedInputsAndOutputs}. Update MLNetExtensions.");
            if (document.Nodes.Any(node =>
                node is not { Name: not null, Layer: not null, Inputs: not null } || node.Inputs.Contains(null!)))
                throw new JsonException("A layer has no name, no inputs or is missing.");
            if (document.Inputs?.Any(input => input is not { Name: not null, Shape: not null }) == true
                || document.Outputs?.Any(output => output is not { Name: not null, Node: not null }) == true)
                throw new JsonException("An input or output has no name or is missing.");
            return document switch
            {
                { Input: { } input, Inputs: null, Outputs: null } => new(input, document.Nodes),
                { Input: null, Inputs: { } inputs } => new(inputs, document.Nodes, document.Outputs ?? []),
                _ => throw new JsonException("It needs either 'input', or 'inputs' and 'outputs'."),
            };
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
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TensorShape? Input = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<NetworkInput>? Inputs = null,
        [property: JsonRequired] IReadOnlyList<NetworkNode> Nodes = null!,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<NetworkOutput>? Outputs = null);
}
