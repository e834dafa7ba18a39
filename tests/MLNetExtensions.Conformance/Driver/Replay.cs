using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace MLNetExtensions.Conformance;

public enum Result { Passed, Failed, Listed, NotOffered }

/// <summary>What became of a case, with the difference or the reason.</summary>
public sealed record Outcome(Result Result, string Detail);

/// <summary>Runs the cases of a folder, each at most once.</summary>
public sealed class Replay
{
    public const string Variable = "MLNETEXT_CONFORMANCE";

    /// <summary>The folder that the environment names, or null.</summary>
    public static readonly Replay Current =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? new(folder) : null;

    private static readonly Dictionary<string, IArea> _areas = typeof(Replay).Assembly.GetTypes()
        .Where(t => t.IsAssignableTo(typeof(IArea)) && !t.IsAbstract)
        .Select(t => (IArea)Activator.CreateInstance(t)).ToDictionary(a => a.Name);

    private static readonly Dictionary<(string Area, string Case), string> _listed =
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "listed.txt"))
            .Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('|', 3, StringSplitOptions.TrimEntries))
            .ToDictionary(l => (l[0], l[1]), l => l[2]);

    private readonly Dictionary<(string Area, string Case), JsonObject> _cases = [];
    private readonly ConcurrentDictionary<(string Area, string Case), Lazy<Outcome>> _outcomes = [];

    public Replay(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*.json").Order())
            foreach (var @case in JsonNode.Parse(File.ReadAllText(file)).List("cases"))
                _cases.Add((Path.GetFileNameWithoutExtension(file), @case.Str("case")), (JsonObject)@case);
    }

    public IEnumerable<(string Area, string Case)> Cases => _cases.Keys;

    public Outcome Run(string area, string name) => _outcomes.GetOrAdd((area, name), key => new(() => RunOnce(key))).Value;

    /// <summary>The case with what happened as its expectation: against the real packages this records a new case.</summary>
    public JsonObject Record(string area, string name)
    {
        var record = (JsonObject)_cases[(area, name)].DeepClone();
        record["expect"] = Observe(area, name);
        return record;
    }

    private Outcome RunOnce((string Area, string Case) key)
    {
        string difference;
        try
        {
            difference = Compare.Difference(_cases[key]["expect"], Observe(key.Area, key.Case));
        }
        catch (NotOfferedException e)
        {
            return new(Result.NotOffered, e.Message);
        }
        catch (Exception e)
        {
            difference = $"the driver failed: {e}";
        }
        return difference is null ? new(Result.Passed, null)
            : _listed.TryGetValue(key, out var reason) ? new(Result.Listed, reason)
            : new(Result.Failed, difference);
    }

    /// <summary>Runs a case without its expectation. What is observed goes through text, as the expectation did.</summary>
    private JsonNode Observe(string area, string name)
    {
        if (!_areas.TryGetValue(area, out var player)) throw new NotOfferedException($"the area {area}");
        var question = (JsonObject)_cases[(area, name)].DeepClone();
        question.Remove("expect");
        return JsonNode.Parse(player.Run(question).ToJsonString(J.Compact));
    }
}
