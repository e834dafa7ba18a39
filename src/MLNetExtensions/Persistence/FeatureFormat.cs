using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Persistence;

/// <summary>How the feature columns of a model are written: members of <c>transformer.json</c> itself for one vector, a list of such
/// members, <c>columns</c>, for others.</summary>
internal static class FeatureFormat
{
    private static readonly Type[] KeyTypes = [typeof(byte), typeof(ushort), typeof(uint)];

    /// <summary>The columns, and the first version of the format that has such.</summary>
    public static (JsonObject Json, int Version) Describe(FeatureColumns features)
    {
        if (features.Columns is [{ Layout: not ScalarLayout } only])
            return (Describe(only), only.Layout is KeySequenceLayout ? 4 : ((VectorLayout)only.Layout).IsInterleaved ? 2 : 1);
        return (new() { ["columns"] = new JsonArray([.. features.Columns.Select(Describe)]) }, 5);
    }

    /// <summary>Reads what <see cref="Describe(FeatureColumns)"/> wrote.</summary>
    public static FeatureColumns Read(JsonObject json) => json["columns"] is JsonArray columns
        ? new([.. columns.Select(column => ReadColumn(column?.AsObject() ?? []))])
        : new(ReadColumn(json));

    private static JsonObject Describe(FeatureColumn column)
    {
        FeatureLayout layout = column.Layout;
        VectorDataViewType? vector = layout.Type as VectorDataViewType;
        DataViewType item = vector?.ItemType ?? layout.Type;
        JsonObject json = new()
        {
            ["featureColumn"] = column.Name,
            ["featureType"] = item.RawType.Name,
            ["featureDimensions"] = vector is null ? null : JsonSerializer.SerializeToNode(vector.Dimensions.ToArray()),
            ["keys"] = (item as KeyDataViewType)?.Count,
        };
        switch (layout)
        {
            case KeySequenceLayout sequence:
                json["length"] = sequence.Width;
                json["keyValues"] = sequence.Values?.ToJson();
                break;
            case ScalarLayout scalar:
                json["keyValues"] = scalar.Values?.ToJson();
                break;
            case VectorLayout numbers:
                json["interleaved"] = numbers.IsInterleaved;
                json["image"] = JsonSerializer.SerializeToNode(numbers.Image);
                break;
        }
        return json;
    }

    private static FeatureColumn ReadColumn(JsonObject json) =>
        new(json.Required("featureColumn").GetValue<string>(), ReadLayout(json));

    private static FeatureLayout ReadLayout(JsonObject json)
    {
        string name = json.Required("featureType").GetValue<string>();
        PrimitiveDataViewType item = json["keys"] is { } keys
            ? new KeyDataViewType(
                KeyTypes.FirstOrDefault(known => known.Name == name) ?? throw new JsonException($"There are no keys of {name}."),
                keys.GetValue<ulong>())
            : name == nameof(Byte) ? NumberDataViewType.Byte : NumberDataViewType.Single;
        // Of sequences, files of the first versions have none.
        KeyValues? values = json["keyValues"] is JsonObject known ? KeyValues.Read(known) : null;
        if (json["featureDimensions"] is not { } dimensions)
            return new ScalarLayout(item, values);
        VectorDataViewType type = new(item, dimensions.Deserialize<int[]>() ?? []);
        return item is KeyDataViewType
            ? new KeySequenceLayout(type, json.Required("length").GetValue<int>(), values)
            : new VectorLayout(type, json["interleaved"]?.GetValue<bool>() ?? false, json["image"].Deserialize<TensorShape>());
    }
}
