using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

/// <summary>Chains, splits, row classes, prediction engines and saved models.</summary>
public sealed partial class PipelineArea : IArea
{
    private static readonly Dictionary<string, Func<JsonObject, Action<string>, JsonObject>> _operations = new()
    {
        ["Chain"] = Chain,
        ["TransformerChain"] = TransformerChain,
        ["SchemaShape"] = Shape,
        ["TrainTestSplit"] = TrainTestSplit,
        ["CrossValidationSplit"] = CrossValidationSplit,
        ["LoadFromEnumerable"] = LoadFromEnumerable,
        ["CreateEnumerable"] = CreateEnumerable,
        ["GetColumn"] = GetColumn,
        ["PredictionEngine"] = PredictionEngine,
        ["SaveLoad"] = SaveLoad,
        ["LoadBroken"] = LoadBroken,
    };

    public string Name => "pipeline";

    public JsonObject Run(JsonObject @case) => Recorder.Staged(stage =>
        _operations.TryGetValue(@case.Str("op"), out var run) ? run(@case, stage)
            : throw new NotOfferedException(@case.Str("op")));

    private static MemoryView Fit(JsonObject @case) => new(@case["input"].List("fit"));

    private static MemoryView Apply(JsonObject @case, MemoryView fit) =>
        @case["input"].List("apply") is { } apply ? new(apply) : fit;

    private static JsonArray Columns(DataViewSchema schema) =>
        J.Arr(schema.Select(c => $"{c.Name}: {c.Type}{(c.IsHidden ? " hidden" : "")}"));

    private static string TypeName(object value)
    {
        if (value is null) return null;
        var type = value.GetType();
        return type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(",", type.GetGenericArguments().Select(a => a.Name))}>" : type.Name;
    }
}
