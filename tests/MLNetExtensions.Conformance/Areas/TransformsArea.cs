using System.Text.Json.Nodes;
using Microsoft.ML;

namespace MLNetExtensions.Conformance;

/// <summary>Estimators fitted and applied, and operations on rows.</summary>
public sealed class TransformsArea : IArea
{
    public string Name => "transforms";

    public JsonObject Run(JsonObject @case) => Recorder.Staged(stage => @case.Str("op") switch
    {
        "FitTransform" => FitTransform(@case, stage),
        "DataOperations" => DataOperationsArea.Run(@case, stage),
        var op => throw new NotOfferedException(op),
    });

    private static JsonObject FitTransform(JsonObject @case, Action<string> stage)
    {
        var input = @case["input"];
        var fit = new MemoryView(input.List("fit"));
        var apply = input.List("apply") is { } columns ? new MemoryView(columns) : fit;
        var estimator = Steps.Chain(new MLContext(seed: 1), @case["args"].List("steps"));
        stage("fit");
        var model = estimator.Fit(fit);
        stage("transform");
        var output = model.Transform(apply);
        stage("read");
        var record = Recorder.View(output);
        var schema = Recorder.Schema(model.GetOutputSchema(apply.Schema));
        record["outputSchemaMatches"] = JsonNode.DeepEquals(schema, Recorder.Schema(output.Schema));
        record["isRowToRowMapper"] = model.IsRowToRowMapper;
        return record;
    }
}
