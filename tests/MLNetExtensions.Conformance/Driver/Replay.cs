using System.Text.Json.Nodes;

namespace MLNetExtensions.Conformance;

/// <summary>Runs the cases of a folder.</summary>
public sealed class Replay
{
    public const string Variable = "MLNETEXT_CONFORMANCE";

    private static readonly Dictionary<string, IArea> _areas =
        new IArea[] { new AutoMLArea(), new SearchSpaceArea() }.ToDictionary(area => area.Name);

    // After the areas, which it reads.
    /// <summary>The folder that the environment names, or null.</summary>
    public static readonly Replay Current =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? new(folder) : null;

    private readonly Dictionary<(string Area, string Case), JsonObject> _cases = [];

    private Replay(string folder)
    {
        foreach (var area in _areas.Keys.Where(area => File.Exists(FileOf(area))))
            foreach (var @case in JsonNode.Parse(File.ReadAllText(FileOf(area))).List("cases"))
                _cases.Add((area, @case.Str("case")), (JsonObject)@case);

        string FileOf(string area) => Path.Combine(folder, $"{area}.json");
    }

    public IEnumerable<(string Area, string Case)> Cases => _cases.Keys;

    /// <summary>The first difference between what was recorded and what happens, or null. What happens goes through text, as what
    /// was recorded did.</summary>
    public string Difference(string area, string name)
    {
        var @case = _cases[(area, name)];
        var question = (JsonObject)@case.DeepClone();
        question.Remove("expect");
        var observed = JsonNode.Parse(_areas[area].Run(question).ToJsonString(J.Compact));
        return Compare.Difference(@case["expect"], observed);
    }
}
