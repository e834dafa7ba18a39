using System.Text.Json;
using System.Text.Json.Serialization;
using MLNetExtensions.Networks;

namespace MLNetExtensions.Reporting.Experiments;

/// <summary>What is known of a run: the file <c>run.json</c> in its folder.</summary>
public sealed record RunRecord
{
    internal const string FileName = "run.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The name of the run's folder.</summary>
    public required string Id { get; init; }

    /// <summary>What is tried.</summary>
    public required string Name { get; init; }

    /// <summary>How far it is.</summary>
    public RunStatus Status { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The error that it ended by; null without one.</summary>
    public string? Error { get; init; }

    /// <summary>The options by name.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The last value of each metric.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Fingerprints of data sets by role; equal ones are of equal data.</summary>
    public IReadOnlyDictionary<string, string> Data { get; init; } = new Dictionary<string, string>();

    /// <summary>Versions, processors and system.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The time from beginning to end; null before the end.</summary>
    [JsonIgnore]
    public TimeSpan? Duration => Ended - Started;

    internal void Save(string folder) =>
        AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, Json));

    internal static RunRecord Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<RunRecord>(stream, Json) ?? throw new FormatException($"'{path}' holds no run.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"'{path}' is not the record of a run: {e.Message}", e);
        }
    }
}
