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
    public static readonly Replay Current = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? new(folder) : null;

    private static readonly Dictionary<string, IArea> _areas = typeof(Replay).Assembly.GetTypes()
        .Where(t => t.IsAssignableTo(typeof(IArea)) && !t.IsAbstract)
        .Select(t => (IArea)Activator.CreateInstance(t)).ToDictionary(a => a.Name);

    private static readonly Dictionary<(string Area, string Case), string> _listed = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "listed.txt"))
        .Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('|', 3, StringSplitOptions.TrimEntries)).ToDictionary(l => (l[0], l[1]), l => l[2]);

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

    private Outcome RunOnce((string Area, string Case) key)
    {
        if (!_areas.TryGetValue(key.Area, out var area)) return new(Result.NotOffered, $"the area {key.Area}");
        var question = (JsonObject)_cases[key].DeepClone();
        question.Remove("expect");
        string difference;
        try
        {
            // what was observed goes through text once, as the expectation did
            var observed = JsonNode.Parse(area.Run(question).ToJsonString(J.Compact));
            difference = Compare.Difference(_cases[key]["expect"], observed);
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
}
