using System.Text.Json.Nodes;

namespace MLNetExtensions.Conformance;

/// <summary>Replays the cases of one file.</summary>
public interface IArea
{
    /// <summary>The name of the file without its extension.</summary>
    string Name { get; }

    /// <summary>Runs a case from its "op", "args" and "input" and gives what was observed.</summary>
    JsonObject Run(JsonObject @case);
}

/// <summary>A case needs an operation that the library under test does not offer.</summary>
public sealed class NotOfferedException(string operation) : Exception($"{operation} is not offered");
