using System.Collections.Immutable;
using Microsoft.ML;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Evaluation;

/// <summary>How far vectors of numbers are from what was to be predicted, for each of their slots in its unit, and on average.</summary>
public sealed class MultiOutputRegressionMetrics
{
    private MultiOutputRegressionMetrics(ScoredVectors rows)
    {
        OutputNames = [.. rows.SlotNames()];
        SlotMetrics squared = new(new RootMeanSquaredErrorMetric(), OutputNames.Length);
        SlotMetrics absolute = new(new MeanAbsoluteErrorMetric(), OutputNames.Length);
        SlotMetrics determination = new(new RSquaredMetric(), OutputNames.Length);
        rows.Read((label, score) =>
        {
            squared.Add(label, score);
            absolute.Add(label, score);
            determination.Add(label, score);
        });
        (RootMeanSquaredErrors, MeanAbsoluteErrors, RSquareds) = (squared.Values, absolute.Values, determination.Values);
        (Rows, Skipped) = (rows.Rows, rows.Skipped);
    }

    /// <summary>The names of the outputs, their numbers where the label has no slot names.</summary>
    public ImmutableArray<string> OutputNames { get; }

    /// <summary>The root of the mean of (score − label)², of each output.</summary>
    public ImmutableArray<double> RootMeanSquaredErrors { get; }

    /// <summary>The mean of |score − label|, of each output.</summary>
    public ImmutableArray<double> MeanAbsoluteErrors { get; }

    /// <summary>The coefficient of determination of each output, at most 1; NaN where the label is the same in all rows.</summary>
    public ImmutableArray<double> RSquareds { get; }

    /// <summary>The mean of <see cref="RootMeanSquaredErrors"/>; it means something where the outputs have one unit.</summary>
    public double RootMeanSquaredError => SlotMetrics.Mean(RootMeanSquaredErrors);

    /// <summary>The mean of <see cref="MeanAbsoluteErrors"/>; it means something where the outputs have one unit.</summary>
    public double MeanAbsoluteError => SlotMetrics.Mean(MeanAbsoluteErrors);

    /// <summary>The mean of <see cref="RSquareds"/> that are numbers.</summary>
    public double RSquared => SlotMetrics.Mean(RSquareds);

    /// <summary>The rows that were measured.</summary>
    public long Rows { get; }

    /// <summary>The rows that were left out: a number of the label or of the score is missing.</summary>
    public long Skipped { get; }

    internal static MultiOutputRegressionMetrics Measure(IDataView data, string labelColumnName, string scoreColumnName) =>
        new(new(data, labelColumnName, scoreColumnName));
}
