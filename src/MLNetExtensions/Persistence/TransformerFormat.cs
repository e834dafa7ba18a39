using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Persistence;

/// <summary>
/// How a transformer lies in the model .zip, readable without this library: <c>transformer.json</c> (task and columns),
/// <c>network.json</c> (the definition, for readers), <c>weights.safetensors</c> (definition and weights, a file of
/// <see cref="NetworkModel"/>), <c>history.json</c>.
/// </summary>
internal static class TransformerFormat
{
    /// <summary>2 may have interleaved pixels, 3 test-time augmentation, 4 keys and 5 several columns, which a library that reads less would
    /// not heed; each is written only with such.</summary>
    private const int Version = 5;

    private const string TransformerEntry = "transformer.json", NetworkEntry = "network.json",
        WeightsEntry = "weights.safetensors", HistoryEntry = "history.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static IEnumerable<(string Name, Action<Stream> Write)> Entries(NeuralNetworkTransformer transformer)
    {
        yield return (TransformerEntry, stream => WriteText(stream, Describe(transformer).ToJsonString(Indented)));
        yield return (NetworkEntry, stream => WriteText(stream, NetworkJson.Serialize(transformer.Model.Definition)));
        yield return (WeightsEntry, stream => transformer.Model.Save(stream));
        yield return (HistoryEntry, stream => WriteText(stream, transformer.History.ToJson()));
    }

    /// <summary>Reads the entries back. Weights go from the file straight into their arrays.</summary>
    /// <param name="env">The environment of the transformer.</param>
    /// <param name="open">Lets a reader have the entry of a name.</param>
    /// <exception cref="FormatException">An entry is damaged or of a later version.</exception>
    public static NeuralNetworkTransformer Read(IHostEnvironment env, Action<string, Action<Stream>> open)
    {
        try
        {
            JsonObject json = JsonSerializer.Deserialize<JsonObject>(ReadText(TransformerEntry)) ?? [];
            int version = json.Required("version").GetValue<int>();
            if (version > Version)
                throw new FormatException(
                    $"The model was written by a later MLNetExtensions (format {version}, this library reads up to {Version}). " +
                    "Update the package.");
            // Files of the first versions have the definition here only.
            NetworkDefinition definition = NetworkJson.Deserialize(ReadText(NetworkEntry));
            NetworkModel? model = null;
            open(WeightsEntry, stream => model = NetworkModel.Load(stream, WeightsEntry, definition));
            return new(
                env, model!, ReadHead(json.Required("head").AsObject()),
                FeatureFormat.Read(json), ManagedEngine.Default,
                TrainingHistory.FromJson(ReadText(HistoryEntry)),
                json["testTimeAugmentation"] is { } views
                    ? Enum.Parse<TestTimeAugmentation>(views.GetValue<string>())
                    : TestTimeAugmentation.None);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException($"The model's neural network can't be read, its entries are damaged: {e.Message}", e);
        }

        string ReadText(string name)
        {
            string text = "";
            open(name, stream =>
            {
                using StreamReader reader = new(stream, Encoding.UTF8, leaveOpen: true);
                text = reader.ReadToEnd();
            });
            return text;
        }
    }

    private static JsonObject Describe(NeuralNetworkTransformer transformer)
    {
        (JsonObject json, int version) = FeatureFormat.Describe(transformer.Features);
        bool hasViews = transformer.TestTimeAugmentation != TestTimeAugmentation.None;
        json.Insert(0, "version", hasViews ? Math.Max(version, 3) : version);
        json["testTimeAugmentation"] = transformer.TestTimeAugmentation.ToString();
        json["head"] = transformer.Head switch
        {
            MulticlassHead multiclass => new JsonObject
            {
                ["task"] = "multiclass",
                ["classes"] = multiclass.Outputs,
                ["labels"] = multiclass.KeyValues?.ToJson(),
            },
            RegressionHead { Type: VectorDataViewType type } numbers => new JsonObject
            {
                ["task"] = "multiOutputRegression",
                ["dimensions"] = JsonSerializer.SerializeToNode(type.Dimensions.ToArray()),
                ["scales"] = JsonSerializer.SerializeToNode(numbers.Scales),
                ["offsets"] = JsonSerializer.SerializeToNode(numbers.Offsets),
                ["slotNames"] = numbers.SlotNames?.ToJson(),
            },
            RegressionHead number => new JsonObject
            {
                ["task"] = "regression",
                ["scale"] = number.Scales[0],
                ["offset"] = number.Offsets[0],
            },
            MultiLabelHead flags => new JsonObject
            {
                ["task"] = "multiLabel",
                ["labels"] = flags.Outputs,
                ["slotNames"] = flags.SlotNames?.ToJson(),
            },
            AnomalyHead anomaly => new JsonObject
            {
                ["task"] = "anomaly",
                ["threshold"] = anomaly.Threshold,
            },
            FeatureHead extractor => new JsonObject
            {
                ["task"] = "features",
                ["column"] = extractor.ColumnNames[0],
                ["size"] = extractor.Outputs,
            },
            _ => new JsonObject { ["task"] = "binary" },
        };
        return json;
    }

    private static PredictionHead ReadHead(JsonObject json) => json.Required("task").GetValue<string>() switch
    {
        "binary" => new BinaryHead(),
        "multiclass" => new MulticlassHead(json.Required("classes").GetValue<int>(), ReadValues(json["labels"])),
        "multiLabel" => new MultiLabelHead(json.Required("labels").GetValue<int>(), ReadValues(json["slotNames"])),
        "regression" => new RegressionHead(
            NumberDataViewType.Single, [json.Required("scale").GetValue<float>()], [json.Required("offset").GetValue<float>()]),
        "multiOutputRegression" => ReadNumbers(json, json.Required("dimensions").Deserialize<int[]>() ?? []),
        // Forecasts in files of the first versions.
        "forecasting" => ReadNumbers(
            json, [json.Required("scales").AsArray().Count, json.Required("horizon").GetValue<int>()]),
        "anomaly" => new AnomalyHead(json.Required("threshold").GetValue<float>()),
        "features" => new FeatureHead(json.Required("column").GetValue<string>(), json.Required("size").GetValue<int>()),
        string task => throw new FormatException($"The model's task '{task}' is unknown to this version of MLNetExtensions. Update the package."),
    };

    private static RegressionHead ReadNumbers(JsonObject json, int[] dimensions) => new(
        new VectorDataViewType(NumberDataViewType.Single, dimensions), json.Required("scales").Deserialize<float[]>() ?? [],
        json.Required("offsets").Deserialize<float[]>() ?? [], ReadValues(json["slotNames"]));

    private static KeyValues? ReadValues(JsonNode? json) => json is JsonObject values ? KeyValues.Read(values) : null;

    private static void WriteText(Stream stream, string text) => stream.Write(Encoding.UTF8.GetBytes(text));
}
