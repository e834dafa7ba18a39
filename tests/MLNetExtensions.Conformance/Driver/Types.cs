using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

/// <summary>Column types and values from their text in a case.</summary>
public static partial class Types
{
    private static readonly Dictionary<string, DataViewType> _simple = new DataViewType[]
    {
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16,
            NumberDataViewType.Int32,
        NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64, NumberDataViewType.Single,
            NumberDataViewType.Double,
        TextDataViewType.Instance, BooleanDataViewType.Instance, DateTimeDataViewType.Instance,
            DateTimeOffsetDataViewType.Instance,
        TimeSpanDataViewType.Instance,
    }.ToDictionary(t => t.ToString());

    public static DataViewType Parse(string text)
    {
        if (VectorPattern().Match(text) is { Success: true } vector)
        {
            var item = (PrimitiveDataViewType)Parse(vector.Groups["item"].Value);
            var sizes = vector.Groups["size"].Captures.Select(c => c.Value == "*" ? 0 : int.Parse(c.Value)).ToArray();
            return sizes.Length switch { 0 => new VectorDataViewType(item), 1 => new VectorDataViewType(item, sizes[0]), _ =>
                new VectorDataViewType(item, sizes) };
        }
        if (KeyPattern().Match(text) is { Success: true } key)
            return new KeyDataViewType(_simple[key.Groups["raw"].Value].RawType, ulong.Parse(key.Groups["last"].Value) + 1);
        return _simple.GetValueOrDefault(text) ?? throw new FormatException($"{text} is not a type.");
    }

    /// <summary>A value of a type with raw type T.</summary>
    public static T Value<T>(DataViewType type, JsonNode node) => type is VectorDataViewType vector
        ? (T)Generic.Call(nameof(Vector), typeof(Types), [vector.ItemType.RawType], vector.ItemType, node)
        : (T)Scalar(typeof(T), node);

    private static VBuffer<T> Vector<T>(PrimitiveDataViewType itemType, JsonNode node)
    {
        T[] Items(JsonArray items) => items.Select(i => Value<T>(itemType, i)).ToArray();
        return node is JsonArray dense
            ? new VBuffer<T>(dense.Count, Items(dense))
            : new VBuffer<T>(node.Int("length"), node.List("values").Count, Items(node.List("values")),
                node.List("indices").Select(J.Number<int>).ToArray());
    }

    private static object Scalar(Type type, JsonNode node)
    {
        if (type == typeof(ReadOnlyMemory<char>)) return node is null ? default : node.GetValue<string>().AsMemory();
        if (type == typeof(bool)) return node.GetValue<bool>();
        if (type == typeof(DateTime)) return DateTime.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture,
            DateTimeStyles.RoundtripKind);
        return Generic.Call(nameof(J.Number), typeof(J), [type], node);
    }

    [GeneratedRegex(@"^Vector<(?<item>Key<[^>]+>|\w+)(, (?<size>\d+|\*))*>$")]
    private static partial Regex VectorPattern();

    [GeneratedRegex(@"^Key<(?<raw>\w+), 0-(?<last>\d+)>$")]
    private static partial Regex KeyPattern();
}
