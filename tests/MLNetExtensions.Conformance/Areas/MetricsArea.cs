using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Conformance;

/// <summary>Evaluation of rows that are scored already.</summary>
public sealed class MetricsArea : IArea
{
    public string Name => "metrics";

    public JsonObject Run(JsonObject @case) => Recorder.Staged(stage =>
    {
        var context = new MLContext(seed: 1);
        var data = new MemoryView(@case["input"].List("columns"));
        var args = @case["args"];
        string label = args.Str("label", "Label"), score = args.Str("score", "Score");
        string probability = args.Str("probability", "Probability"), predicted = args.Str("predicted", "PredictedLabel");
        var topK = args.Int("topKPredictionCount");
        stage("evaluate");
        return Record(@case.Str("op") switch
        {
            "BinaryEvaluate" => context.BinaryClassification.Evaluate(data, label, score, probability, predicted),
            "BinaryEvaluateNonCalibrated" => context.BinaryClassification.EvaluateNonCalibrated(data, label, score, predicted),
            "MulticlassEvaluate" => context.MulticlassClassification.Evaluate(data, label, score, predicted, topK),
            "RegressionEvaluate" => context.Regression.Evaluate(data, label, score),
            var op => throw new NotOfferedException(op),
        });
    });

    /// <summary>Every public property, by its name.</summary>
    private static JsonObject Record(object metrics)
    {
        var record = new JsonObject();
        foreach (var property in metrics.GetType().GetProperties())
        {
            var value = property.GetValue(metrics);
            record[property.Name] = value is ConfusionMatrix matrix ? Record(matrix) : J.Of(value);
        }
        return record;
    }

    private static JsonObject Record(ConfusionMatrix matrix)
    {
        var classes = Enumerable.Range(0, matrix.NumberOfClasses).ToArray();
        return J.O(
            ("NumberOfClasses", matrix.NumberOfClasses),
            ("Counts", matrix.Counts),
            ("PerClassPrecision", matrix.PerClassPrecision),
            ("PerClassRecall", matrix.PerClassRecall),
            ("GetCountForClassPair", classes.Select(p => classes.Select(actual => matrix.GetCountForClassPair(p, actual)))),
            ("FormattedTable", matrix.GetFormattedConfusionTable()));
    }
}
