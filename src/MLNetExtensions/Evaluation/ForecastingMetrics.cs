using System.Collections.Immutable;
using Microsoft.ML;
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
        ScoredVectors windows = new(data, labelColumnName, scoreColumnName);
        if (windows.Type.Dimensions is not [int series, int horizon])
            throw ColumnShapes.Mismatch("label", labelColumnName, "a vector [series×horizon]", $"{windows.Type}");
        double[] squares = new double[series], distances = new double[series];
        windows.Read((expected, forecast) =>
        {
            for (int i = 0; i < forecast.Length; i++)
            {
                double error = (double)forecast[i] - expected[i];
                squares[i / horizon] += error * error;
                distances[i / horizon] += Math.Abs(error);
            }
        });
        return new(squares, distances, windows.Rows, windows.Skipped, horizon);
    }
}
