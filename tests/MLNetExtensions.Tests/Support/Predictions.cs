using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Tests;

internal sealed class PointRow
{
    [VectorType(Points.Width)]
    public float[] Features { get; set; } = [];
}

internal sealed class BinaryPrediction
{
    public bool PredictedLabel { get; set; }
    public float Score { get; set; }
    public float Probability { get; set; }
}

internal sealed class AnomalyPrediction
{
    public bool PredictedLabel { get; set; }
    public float Score { get; set; }
}

internal sealed class MulticlassPrediction
{
    public uint PredictedLabel { get; set; }
    public float[] Score { get; set; } = [];
}

internal sealed class RegressionPrediction
{
    public float Score { get; set; }
}

internal sealed class VectorPrediction
{
    public float[] Score { get; set; } = [];
}

internal sealed class MultiLabelPrediction
{
    public bool[] PredictedLabel { get; set; } = [];
    public float[] Score { get; set; } = [];
    public float[] Probability { get; set; } = [];
}

/// <summary>All that a model says of points, as numbers, in the two ways that ML.NET has. Which task it is, is seen by the
/// columns.</summary>
internal static class Predictions
{
    public static float[] ByTransform(ITransformer model, Points points)
    {
        IDataView scored = model.Transform(new TableView(points.Column));
        List<float> values = [.. Values.Floats(scored)];
        if (scored.Schema.GetColumnOrNull("Probability") is not null)
            values.AddRange(Values.Floats(scored, "Probability"));
        if (scored.Schema.GetColumnOrNull("PredictedLabel") is { } label)
            values.AddRange(label.Type switch
            {
                BooleanDataViewType => Values.Scalars<bool>(scored, label.Name).Select(Number),
                VectorDataViewType => Values.Vectors<bool>(scored, label.Name).SelectMany(row => row.Select(Number)),
                _ => Values.Scalars<uint>(scored, label.Name).Select(value => (float)value),
            });
        return [.. values];
    }

    public static float[] ByEngine(MLContext ml, ITransformer model, Points points)
    {
        DataViewSchema schema = model.GetOutputSchema(new TableView(points.Column).Schema);
        bool areVectors = schema["Score"].Type is VectorDataViewType;
        bool hasLabel = schema.GetColumnOrNull("PredictedLabel") is not null;
        return (schema.GetColumnOrNull("Probability") is not null, hasLabel, areVectors) switch
        {
            (true, _, true) => Predict<MultiLabelPrediction>(
                ml, model, points,
                (p, values) => values.AddRange([.. p.Score, .. p.Probability, .. p.PredictedLabel.Select(Number)])),
            (true, _, false) => Predict<BinaryPrediction>(
                ml, model, points, (p, values) => values.AddRange([p.Score, p.Probability, Number(p.PredictedLabel)])),
            (_, true, _) when schema["PredictedLabel"].Type is BooleanDataViewType => Predict<AnomalyPrediction>(
                ml, model, points, (p, values) => values.AddRange([p.Score, Number(p.PredictedLabel)])),
            (_, true, _) => Predict<MulticlassPrediction>(
                ml, model, points, (p, values) => values.AddRange([.. p.Score, p.PredictedLabel])),
            (_, _, true) => Predict<VectorPrediction>(ml, model, points, (p, values) => values.AddRange(p.Score)),
            _ => Predict<RegressionPrediction>(ml, model, points, (p, values) => values.Add(p.Score)),
        };
    }

    private static float Number(bool value) => value ? 1 : 0;

    private static float[] Predict<T>(MLContext ml, ITransformer model, Points points, Action<T, List<float>> add)
        where T : class, new()
    {
        using PredictionEngine<PointRow, T> engine = ml.Model.CreatePredictionEngine<PointRow, T>(model);
        List<float> values = [];
        foreach (float[] row in points.Features)
            add(engine.Predict(new() { Features = row }), values);
        return [.. values];
    }
}
