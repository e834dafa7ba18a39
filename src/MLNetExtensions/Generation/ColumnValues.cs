using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using MLNetExtensions.Persistence;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Generation;

/// <summary>The values that a column has, each once: a row is known by the places of its values. Numbers lie in their order, a
/// missing one (NaN) before all others.</summary>
internal abstract class ColumnValues(string name, DataViewType type, KeyValues? keyValues)
{
    public string Name => name;

    public DataViewType Type => type;

    /// <summary>Whether the values are numbers, whose order means something; else they are categories.</summary>
    public bool AreNumbers => type is NumberDataViewType;

    /// <summary>How many values there are.</summary>
    public abstract int Count { get; }

    /// <summary>The column's annotations: what keys stand for.</summary>
    public DataViewSchema.Annotations Annotations
    {
        get
        {
            DataViewSchema.Annotations.Builder builder = new();
            keyValues?.AddTo(builder, AnnotationKinds.KeyValues);
            return builder.ToAnnotations();
        }
    }

    /// <summary>A reader of columns of a type that can be made up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is another one; the message names the column.</exception>
    public static ColumnReader Open(DataViewRow row, Column column) => column.Type switch
    {
        NumberDataViewType { RawType: var raw } when raw == typeof(float) => new ColumnReader<float, float>(
            row, column, value => value, values => new Table<float>(column.Name, column.Type, null, values)),
        BooleanDataViewType => new ColumnReader<bool, bool>(
            row, column, value => value, values => new Table<bool>(column.Name, column.Type, null, values)),
        TextDataViewType => new ColumnReader<ReadOnlyMemory<char>, string>(
            row, column, value => value.ToString(), values => new Text(column.Name, values)),
        KeyDataViewType { RawType: var raw } when raw == typeof(uint) => new ColumnReader<uint, uint>(
            row, column, value => value, values => new Table<uint>(column.Name, column.Type, KeyValues.Of(column), values)),
        _ => throw new ArgumentOutOfRangeException(
            "schema",
            $"The column '{column.Name}' is {column.Type}; rows are made up of Single, Boolean, text and Key<UInt32>. Convert " +
            "it (mlContext.Transforms.Conversion.ConvertType), or leave it out (ColumnNames)."),
    };

    /// <summary>A getter of the value at the place that <paramref name="current"/> gives.</summary>
    public abstract Delegate CreateGetter(Func<int> current);

    /// <summary>As JSON, to be read by <see cref="Read"/>.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = name,
        ["type"] = type switch
        {
            KeyDataViewType => "key", BooleanDataViewType => "boolean", TextDataViewType => "text", _ => "single",
        },
        ["keys"] = (type as KeyDataViewType)?.Count,
        ["keyValues"] = keyValues?.ToJson(),
        ["values"] = ValuesToJson(),
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is damaged.</exception>
    public static ColumnValues Read(JsonObject json)
    {
        string name = json.Required("name").GetValue<string>();
        JsonNode values = json.Required("values");
        ColumnValues read = json.Required("type").GetValue<string>() switch
        {
            // JSON has no number for a missing one.
            "single" => new Table<float>(
                name, NumberDataViewType.Single, null, [.. Items<float?>(values).Select(value => value ?? float.NaN)]),
            "boolean" => new Table<bool>(name, BooleanDataViewType.Instance, null, Items<bool>(values)),
            "text" => new Text(name, Items<string>(values)),
            "key" => new Table<uint>(
                name, new KeyDataViewType(typeof(uint), json.Required("keys").GetValue<ulong>()),
                json["keyValues"] is JsonObject keys ? KeyValues.Read(keys) : null, Items<uint>(values)),
            string other => throw new JsonException($"The column '{name}' has the unknown type '{other}'."),
        };
        return read.Count > 0 ? read : throw new JsonException($"The column '{name}' has no values.");

        static T[] Items<T>(JsonNode values) => values.Deserialize<T[]>() ?? [];
    }

    protected abstract JsonNode ValuesToJson();

    private sealed class Table<T>(string name, DataViewType type, KeyValues? keyValues, T[] values)
        : ColumnValues(name, type, keyValues)
        where T : struct
    {
        public override int Count => values.Length;

        public override Delegate CreateGetter(Func<int> current) => (ValueGetter<T>)((ref T value) => value = values[current()]);

        protected override JsonNode ValuesToJson() =>
            new JsonArray([.. values.Select(
                value => value is float number && float.IsNaN(number) ? null : (JsonNode?)JsonValue.Create(value))]);
    }

    private sealed class Text(string name, string[] values) : ColumnValues(name, TextDataViewType.Instance, null)
    {
        public override int Count => values.Length;

        public override Delegate CreateGetter(Func<int> current) =>
            (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = values[current()].AsMemory());

        protected override JsonNode ValuesToJson() => new JsonArray([.. values.Select(value => (JsonNode)value)]);
    }
}
