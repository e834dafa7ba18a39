using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Tests.Metrics;

/// <summary>A metric of this library, and the same examples as ML.NET's evaluators take them. A weight is a whole number of times that an example comes,
/// since the public evaluators take no weights.</summary>
internal static class Measured
{
    /// <summary>What a metric finds when it sees the examples in batches, after it was reset.</summary>
    public static double? By(TrainingMetric metric, int outputs, float[] scores, float[] targets, float[] weights, int batchSize = 7)
    {
        RunningMetric running = metric.Start(new(outputs));
        int targetSize = targets.Length / weights.Length;
        running.Add(new OutputBatch<float>(new(outputs), scores.AsSpan(0, outputs), targets.AsSpan(0, targetSize), [1]));
        running.Reset();
        for (int start = 0; start < weights.Length; start += batchSize)
        {
            int count = Math.Min(batchSize, weights.Length - start);
            running.Add(new OutputBatch<float>(
                new(outputs), scores.AsSpan(start * outputs, count * outputs), targets.AsSpan(start * targetSize, count * targetSize),
                weights.AsSpan(start, count)));
        }
        return running.Value;
    }

    public static CalibratedBinaryClassificationMetrics Binary(float[] logits, float[] targets, float[] weights)
    {
        int[] rows = Repeated(weights);
        return new MLContext(1).BinaryClassification.Evaluate(new TableView(
            TableColumn.Boolean("Label", rows.Select(row => targets[row] == 1)),
            TableColumn.Single("Score", rows.Select(row => logits[row])),
            TableColumn.Single("Probability", rows.Select(row => (float)(1 / (1 + Math.Exp(-logits[row]))))),
            TableColumn.Boolean("PredictedLabel", rows.Select(row => logits[row] > 0))));
    }

    public static MulticlassClassificationMetrics Multiclass(int classes, float[] logits, float[] targets, float[] weights, int topK)
    {
        int[] rows = Repeated(weights);
        float[][] scores = [.. Enumerable.Range(0, weights.Length).Select(row => SoftMax(logits.AsSpan(row * classes, classes)))];
        return new MLContext(1).MulticlassClassification.Evaluate(
            new TableView(
                TableColumn.Key("Label", rows.Select(row => (uint)targets[row] + 1), classes),
                TableColumn.Vector("Score", NumberDataViewType.Single, rows.Select(row => scores[row])),
                TableColumn.Key("PredictedLabel", rows.Select(row => (uint)Array.IndexOf(scores[row], scores[row].Max()) + 1), classes)),
            topKPredictionCount: topK);
    }

    public static RegressionMetrics Regression(float[] scores, float[] targets, float[] weights)
    {
        int[] rows = Repeated(weights);
        return new MLContext(1).Regression.Evaluate(new TableView(
            TableColumn.Single("Label", rows.Select(row => targets[row])), TableColumn.Single("Score", rows.Select(row => scores[row]))));
    }

    public static float[] SoftMax(ReadOnlySpan<float> logits)
    {
        float[] result = new float[logits.Length];
        // As it is scored, and rounded: probabilities that are equal are to be so here too.
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), result);
        TensorPrimitives.SoftMax<float>(result, result);
        return result;
    }

    private static int[] Repeated(float[] weights) =>
        [.. Enumerable.Range(0, weights.Length).SelectMany(row => Enumerable.Repeat(row, (int)weights[row]))];
}
