using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNetExtensions.Persistence;

/// <summary>Reads members of JSON that must be there.</summary>
internal static class JsonMembers
{
    /// <summary>The member called <paramref name="name"/>.</summary>
    /// <exception cref="JsonException">There is none.</exception>
    public static JsonNode Required(this JsonObject json, string name) =>
        json[name] ?? throw new JsonException($"'{name}' is missing.");
}
