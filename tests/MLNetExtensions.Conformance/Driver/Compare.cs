using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNetExtensions.Conformance;

/// <summary>
/// Compares what was recorded with what happened. Numbers may differ by a little, since the order of sums depends on the width of
/// vectors. Of an exception the type counts; where rows are read on other threads it may come wrapped or unwrapped.
/// </summary>
public static class Compare
{
    private const double Relative = 2e-6, Absolute = 1e-9;
    private static readonly string[] _exception = ["throws", "message", "stage", "inner"];

    /// <summary>The first difference, or null.</summary>
    public static string Difference(JsonNode expected, JsonNode actual, string path = "$") => (expected, actual) switch
    {
        (null, null) => null,
        (JsonObject e, _) when e.Str("throws") is { } => SameException(e, actual as JsonObject)
            ? Members(e, (JsonObject)actual, path, _exception)
            : $"{path}: expected {e.Str("throws")} ({e.Str("message")}), got {Short(actual)}",
        (JsonObject e, JsonObject a) => Members(e, a, path, []),
        (JsonArray e, JsonArray a) when e.Count == a.Count =>
            e.Select((item, i) => Difference(item, a[i], $"{path}[{i}]")).FirstOrDefault(d => d is not null),
        (JsonValue e, JsonValue a) when IsNumber(e) && IsNumber(a) && Close(J.F64(e), J.F64(a)) => null,
        _ when JsonNode.DeepEquals(expected, actual) => null,
        _ => $"{path}: expected {Short(expected)}, got {Short(actual)}",
    };

    private static bool SameException(JsonObject expected, JsonObject actual)
    {
        string Type(JsonObject o) => o.Str("throws");
        string Inner(JsonObject o) => o.Str("inner");
        return actual is not null && Type(actual) is { } type
            && (type == Type(expected) || type == Inner(expected) || Inner(actual) is { } inner && inner == Inner(expected));
    }

    private static string Members(JsonObject expected, JsonObject actual, string path, string[] ignored)
    {
        foreach (var (key, value) in expected)
        {
            if (ignored.Contains(key)) continue;
            if (!actual.ContainsKey(key)) return $"{path}.{key}: expected {Short(value)}, got nothing; all: {Short(actual)}";
            if (Difference(value, actual[key], $"{path}.{key}") is { } difference) return difference;
        }
        var extra = actual.Select(m => m.Key).FirstOrDefault(k => !ignored.Contains(k) && !expected.ContainsKey(k));
        return extra is null ? null : $"{path}.{extra}: not expected, got {Short(actual[extra])}; all of it: {Short(actual)}";
    }

    private static bool IsNumber(JsonNode node) => node.GetValueKind() == JsonValueKind.Number;

    private static bool Close(double x, double y) => Math.Abs(x - y) <= Absolute + Relative * Math.Max(Math.Abs(x), Math.Abs(y));

    private static string Short(JsonNode node)
    {
        var text = node is null ? "null" : node.ToJsonString(J.Compact);
        return text.Length <= 400 ? text : text[..400] + "...";
    }
}
