using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

/// <summary>Schemas, views, values and exceptions as they are recorded.</summary>
public static class Recorder
{
    private const int MaxRows = 200;

    /// <summary>Reads a view once: its schema and the values of its first rows, hidden columns included.</summary>
    public static JsonObject View(IDataView view)
    {
        var values = view.Schema.Select(_ => new JsonArray()).ToArray();
        var count = 0;
        using (var cursor = view.GetRowCursor(view.Schema))
        {
            var readers = view.Schema.Select(c => Reader(cursor, c)).ToArray();
            for (; cursor.MoveNext(); count++)
                for (var i = 0; i < values.Length && count < MaxRows; i++) values[i].Add(readers[i]());
        }
        var columns = Schema(view.Schema);
        for (var i = 0; i < values.Length; i++) columns[i]["values"] = values[i];
        return J.O(("rowCount", count), ("columns", columns));
    }

    public static JsonArray Schema(DataViewSchema schema) => J.Arr(schema.Select(c => J.O(
        ("name", c.Name), ("type", c.Type.ToString()), ("hidden", c.IsHidden), ("annotations", J.Arr(
            c.Annotations.Schema.OrderBy(a => a.Name, StringComparer.Ordinal)
                .Select(a => J.O(("kind", a.Name), ("type", a.Type.ToString()),
                ("value", Generic.Call(nameof(Annotation), typeof(Recorder), [a.Type.RawType], c.Annotations, a.Name)))))))));

    /// <summary>Reads one column of the row a cursor is on.</summary>
    public static Func<JsonNode> Reader(DataViewRow row, DataViewSchema.Column column) =>
        (Func<JsonNode>)Generic.Call(nameof(ReaderOf), typeof(Recorder), [column.Type.RawType], row, column);

    /// <summary>A value; vectors by their dense content.</summary>
    public static JsonNode Value(object value) =>
        value?.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(VBuffer<>)
        ? (JsonNode)Generic.Call(nameof(Dense), typeof(Recorder), type.GetGenericArguments(), value)
        : J.Of(value);

    public static JsonObject Throws(Exception e, string stage = null)
    {
        while (e is TargetInvocationException { InnerException: { } inner }) e = inner;
        var message = Regex.Replace(e.Message.Replace(Temp.Root, "<TMP>"), @"<TMP>/f\d+", "<TMP>/file");
        var record = J.O(("throws", e.GetType().FullName), ("message", message));
        if (stage is not null) record["stage"] = stage;
        if (e.InnerException is not null) record["inner"] = e.InnerException.GetType().FullName;
        return record;
    }

    /// <summary>Runs stages one after the other; the first that throws ends the case with what it threw.</summary>
    public static JsonObject Staged(Func<Action<string>, JsonObject> body)
    {
        var stage = "create";
        try
        {
            return body(s => stage = s);
        }
        catch (Exception e) when (e is not NotOfferedException)
        {
            return Throws(e, stage);
        }
    }

    private static JsonNode Annotation<T>(DataViewSchema.Annotations annotations, string kind)
    {
        T value = default;
        annotations.GetValue(kind, ref value);
        return Value(value);
    }

    private static Func<JsonNode> ReaderOf<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var get = row.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            get(ref value);
            return Value(value);
        };
    }

    private static JsonNode Dense<T>(VBuffer<T> vector) => J.Arr(vector.DenseValues());
}
