using System.Collections.Immutable;
using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;

namespace MLNetExtensions.Evaluation;

/// <summary>How far forecasts are from what came, in the units of the series. Forecasts that are missing, of windows with missing
/// values, are left out and counted.</summary>
public sealed class ForecastingMetrics
{
    private ForecastingMetrics(double[] squares, double[] distances, long forecasts, long skipped, int horizon)
    {
        (Forecasts, Skipped) = (forecasts, skipped);
        double count = (double)forecasts * horizon;
        MeanSquaredErrors = [.. squares.Select(sum => sum / count)];
        MeanAbsoluteErrors = [.. distances.Select(sum => sum / count)];
    }

    /// <summary>The mean of (forecast − value)² of each series, over all steps and windows.</summary>
    public ImmutableArray<double> MeanSquaredErrors { get; }

    /// <summary>The mean of |forecast − value| of each series, over all steps and windows.</summary>
    public ImmutableArray<double> MeanAbsoluteErrors { get; }

    /// <summary>The mean of <see cref="MeanSquaredErrors"/> over the series.</summary>
    public double MeanSquaredError => MeanSquaredErrors.Average();

    /// <summary>The mean of <see cref="MeanAbsoluteErrors"/> over the series.</summary>
    public double MeanAbsoluteError => MeanAbsoluteErrors.Average();

    /// <summary>The windows that were forecast.</summary>
    public long Forecasts { get; }

    /// <summary>The windows left out.</summary>
    public long Skipped { get; }

    internal static ForecastingMetrics Measure(IDataView data, string labelColumnName, string scoreColumnName)
    {
        DataViewSchema.Column label = Find(data.Schema, "label", labelColumnName);
        DataViewSchema.Column score = Find(data.Schema, "score", scoreColumnName);
        (VectorDataViewType labels, VectorDataViewType scores) = ((VectorDataViewType)label.Type, (VectorDataViewType)score.Type);
        if (labels.Dimensions is not [int series, int horizon] || !labels.Dimensions.SequenceEqual(scores.Dimensions))
            throw ColumnShapes.Mismatch("score", scoreColumnName, $"{labels} of [series×horizon] as the label", $"{scores}");

        using DataViewRowCursor cursor = data.GetRowCursor([label, score]);
        ValueGetter<VBuffer<float>> readLabel = cursor.GetGetter<VBuffer<float>>(label), readScore = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> buffer = default;
        float[] expected = new float[labels.Size], forecast = new float[labels.Size];
        double[] squares = new double[series], distances = new double[series];
        (long count, long skipped) = (0, 0);
        while (cursor.MoveNext())
        {
            readLabel(ref buffer);
            buffer.CopyTo(expected);
            readScore(ref buffer);
            buffer.CopyTo(forecast);
            if (!TensorPrimitives.IsFiniteAll<float>(expected) || !TensorPrimitives.IsFiniteAll<float>(forecast))
            {
                skipped++;
                continue;
            }
            count++;
            for (int i = 0; i < forecast.Length; i++)
            {
                double error = (double)forecast[i] - expected[i];
                squares[i / horizon] += error * error;
                distances[i / horizon] += Math.Abs(error);
            }
        }
        return count > 0
            ? new(squares, distances, count, skipped, horizon)
            : throw new InvalidOperationException(
                $"There is no forecast to measure: {skipped} windows were left out, whose column '{labelColumnName}' or " +
                $"'{scoreColumnName}' has a value missing.");
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string role, string name)
    {
        DataViewSchema.Column column = ColumnShapes.Find(schema, role, name);
        return column.Type is VectorDataViewType { ItemType: NumberDataViewType item } && item == NumberDataViewType.Single
            ? column
            : throw ColumnShapes.Mismatch(role, name, "a vector of Single", $"{column.Type}");
    }
}
