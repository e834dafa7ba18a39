using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using static Microsoft.ML.DataViewSchema;

namespace MLNetExtensions.Persistence;

/// <summary>The values behind a column's keys, or the names of its slots, carried from the training data into the model so that
/// predictions can be mapped back.</summary>
internal abstract class KeyValues
{
    private static readonly Dictionary<string, Func<JsonArray, KeyValues>> Readers = new PrimitiveDataViewType[]
    {
        NumberDataViewType.SByte, NumberDataViewType.Int16, NumberDataViewType.Int32, NumberDataViewType.Int64,
        NumberDataViewType.Byte, NumberDataViewType.UInt16, NumberDataViewType.UInt32, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double, BooleanDataViewType.Instance, DateTimeDataViewType.Instance,
        DateTimeOffsetDataViewType.Instance, TimeSpanDataViewType.Instance,
    }.ToDictionary(type => type.ToString()!, type => (Func<JsonArray, KeyValues>)(values => Create(type, values)));

    /// <summary>Whether the values are text.</summary>
    public virtual bool IsText => false;

    /// <summary>Adds the values as an annotation.</summary>
    public abstract void AddTo(Annotations.Builder annotations, string kind);

    /// <summary>As JSON, to be read by <see cref="Read"/>.</summary>
    public abstract JsonObject ToJson();

    /// <summary>The number of values.</summary>
    public abstract int Count { get; }

    /// <summary>The value of a key, keys counted from 1.</summary>
    public abstract object this[int key] { get; }

    /// <summary>The values of some keys for a message, the first few of many; the keys themselves where they have no value.</summary>
    public static string List(int[] keys, KeyValues? values)
    {
        const int MaxNames = 8;
        return string.Join(", ", keys.Take(MaxNames).Select(key => $"'{(key <= values?.Count ? values[key] : key)}'")) +
            (keys.Length > MaxNames ? ", …" : "");
    }

    /// <summary>The first key that has a value in both and not the same one; null when there is none.</summary>
    public int? FirstDifference(KeyValues other)
    {
        for (int key = 1; key <= Math.Min(Count, other.Count); key++)
        {
            if (!AreSame(this[key], other[key]))
                return key;
        }
        return null;

        // Half a surrogate pair, as the last of the keys of characters are, is replaced in a file.
        static bool AreSame(object value, object other) => value.Equals(other)
            || (value is string text && other is string known && text.EnumerateRunes().SequenceEqual(known.EnumerateRunes()));
    }

    /// <summary>The key values of a column; null when it has none, or such as a file can't have: keys of their own, which mean
    /// nothing without the values behind them, or the numbers of rows.</summary>
    public static KeyValues? Of(Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues)?.Type is not VectorDataViewType type)
            return null;
        if (type.ItemType is TextDataViewType)
            return TextOf(column, AnnotationKinds.KeyValues);
        return Readers.ContainsKey(type.ItemType.ToString()!) ? Create(type.ItemType, column.Annotations) : null;
    }

    /// <summary>The names of a column's slots; null when it has none.</summary>
    public static KeyValues? SlotsOf(Column column) => column.HasSlotNames() ? TextOf(column, AnnotationKinds.SlotNames) : null;

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="FormatException">The type is unknown.</exception>
    public static KeyValues Read(JsonObject json)
    {
        JsonArray values = json.Required("values").AsArray();
        string type = json.Required("type").GetValue<string>();
        if (type == TextDataViewType.Instance.ToString())
            return new Text(
                [.. values.Select(value => value.Deserialize<string>() ?? throw new JsonException("A label is null."))]);
        return Readers.TryGetValue(type, out Func<JsonArray, KeyValues>? read)
            ? read(values)
            : throw new FormatException($"The model's label has values of the unknown type '{type}'.");
    }

    private static Text TextOf(Column column, string kind)
    {
        VBuffer<ReadOnlyMemory<char>> texts = default;
        column.Annotations.GetValue(kind, ref texts);
        return new([.. texts.DenseValues().Select(text => text.ToString())]);
    }

    // Not wrapping exceptions, so that the reader of a damaged file hears what is wrong with it.
    private static KeyValues Create(PrimitiveDataViewType type, object source) => (KeyValues)Activator.CreateInstance(
        typeof(Typed<>).MakeGenericType(type.RawType),
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, [type, source], null)!;

    private sealed class Text(string[] values) : KeyValues
    {
        public override bool IsText => true;

        public override int Count => values.Length;

        public override object this[int key] => values[key - 1];

        public override void AddTo(Annotations.Builder annotations, string kind)
        {
            VBuffer<ReadOnlyMemory<char>> texts = new(values.Length, [.. values.Select(value => value.AsMemory())]);
            annotations.Add<VBuffer<ReadOnlyMemory<char>>>(
                kind, new VectorDataViewType(TextDataViewType.Instance, values.Length),
                (ref VBuffer<ReadOnlyMemory<char>> value) => texts.CopyTo(ref value));
        }

        public override JsonObject ToJson() => new()
        {
            ["type"] = TextDataViewType.Instance.ToString(),
            ["values"] = new JsonArray([.. values.Select(value => (JsonNode)value)]),
        };
    }

    private sealed class Typed<T> : KeyValues
        where T : struct
    {
        private readonly PrimitiveDataViewType _type;
        private readonly VBuffer<T> _values;

        public Typed(PrimitiveDataViewType type, Annotations annotations)
        {
            _type = type;
            annotations.GetGetter<VBuffer<T>>(annotations.Schema[AnnotationKinds.KeyValues])(ref _values);
        }

        public Typed(PrimitiveDataViewType type, JsonArray values)
        {
            _type = type;
            T[] items = [.. values.Select(value => value.Deserialize<T>())];
            _values = new(items.Length, items);
        }

        public override int Count => _values.Length;

        public override object this[int key] => _values.GetItemOrDefault(key - 1);

        public override void AddTo(Annotations.Builder annotations, string kind) => annotations.Add<VBuffer<T>>(
            kind, new VectorDataViewType(_type, _values.Length), (ref VBuffer<T> value) => _values.CopyTo(ref value));

        public override JsonObject ToJson() => new()
        {
            ["type"] = _type.ToString(),
            ["values"] = new JsonArray([.. _values.DenseValues().Select(value => (JsonNode?)JsonValue.Create(value))]),
        };
    }
}
