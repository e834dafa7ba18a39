using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNetExtensions.Conformance;

/// <summary>JSON of cases: numbers as shortest text that round-trips, NaN and infinities as strings.</summary>
public static class J
{
    public static readonly JsonSerializerOptions Compact =
        new(JsonSerializerOptions.Default) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A value as it is recorded.</summary>
    public static JsonNode Of(object value) => value switch
    {
        null => null,
        JsonNode node => node,
        float f => float.IsFinite(f) ? JsonValue.Create(f) : JsonValue.Create(Text(f)),
        double d => double.IsFinite(d) ? JsonValue.Create(d) : JsonValue.Create(Text(d)),
        bool or sbyte or byte or short or ushort or int or uint or long or ulong or string => JsonValue.Create(value),
        ReadOnlyMemory<char> text => text.ToString(),
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("o", CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        char or Enum => value.ToString(),
        IEnumerable items => Arr(items),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    public static JsonArray Arr(IEnumerable items) => new(items.Cast<object>().Select(Of).ToArray());

    public static JsonArray A(params object[] items) => Arr(items);

    public static JsonObject O(params (string Key, object Value)[] members) =>
        new(members.Select(m => KeyValuePair.Create(m.Key, Of(m.Value))));

    /// <summary>A number of a case, exactly as a parser of that type reads it.</summary>
    public static T Number<T>(JsonNode node) where T : IParsable<T>
    {
        var text = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
        return T.Parse(text, CultureInfo.InvariantCulture);
    }

    public static float F32(JsonNode node) => Number<float>(node);

    public static double F64(JsonNode node) => Number<double>(node);

    public static string Str(this JsonNode node, string key, string fallback = null) =>
        node?[key]?.GetValue<string>() ?? fallback;

    public static bool Bool(this JsonNode node, string key, bool fallback = false) => node?[key]?.GetValue<bool>() ?? fallback;

    public static int Int(this JsonNode node, string key, int fallback = 0) => node?[key] is { } n ? Number<int>(n) : fallback;

    public static int? IntOrNull(this JsonNode node, string key) => node?[key] is { } n ? Number<int>(n) : null;

    public static long Long(this JsonNode node, string key, long fallback = 0) =>
        node?[key] is { } n ? Number<long>(n) : fallback;

    public static double Dbl(this JsonNode node, string key, double fallback = 0) => node?[key] is { } n ? F64(n) : fallback;

    public static double[] Dbls(this JsonNode node, string key) => node.List(key)?.Select(F64).ToArray();

    public static string[] Strs(this JsonNode node, string key) => node.List(key)?.Select(n => n?.GetValue<string>()).ToArray();

    public static TEnum EnumOf<TEnum>(this JsonNode node, string key, TEnum fallback) where TEnum : struct, Enum =>
        node.Str(key) is { } name ? Enum.Parse<TEnum>(name) : fallback;

    public static JsonArray List(this JsonNode node, string key) => (JsonArray)node?[key];

    private static string Text(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}
