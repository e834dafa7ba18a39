using MLNetExtensions.Data;
using MLNetExtensions.Evaluation;

namespace Microsoft.ML;

/// <summary>Series as data to learn forecasts from, and how good forecasts are.</summary>
public static class SeriesCatalog
{
    /// <summary>
    /// Windows that slide over one or more series: each row has what is known before a step and what comes then. Columns:
    /// <c>Features</c>, [series×<paramref name="length"/>], the last values, the latest last; <c>Label</c>,
    /// [series×<paramref name="horizon"/>], the values to forecast, absent when the horizon is 0; and, where there is a time column, the
    /// time of the first of them under its name.
    /// </summary>
    /// <remarks>What is forecast lies in <paramref name="targets"/> whole, so that parts of a series that don't overlap share no value
    /// to learn: <c>targets: ..8640</c> for training, <c>targets: 8640..11520</c> for validation. The windows before may reach back into
    /// what lies before the part, which is known by then. The series is read once, here.</remarks>
    /// <param name="catalog">The data operations.</param>
    /// <param name="data">A row a step, in order.</param>
    /// <param name="columnNames">The columns of the series, of Single, or of vectors of it of known size whose slots are a series
    /// each.</param>
    /// <param name="length">The steps that are known, at least 1.</param>
    /// <param name="horizon">The steps to forecast; 0 for windows of what is known alone, to forecast from.</param>
    /// <param name="stride">The steps from one window to the next, at least 1.</param>
    /// <param name="targets">The steps that are forecast; null for all. <c>^0..</c> with a horizon of 0 gives the one window at the
    /// end.</param>
    /// <param name="timeColumnName">A column of DateTime by which it is checked that no step is missing; null to take rows as equal
    /// steps. A step is the most frequent distance of two rows; where all are at one day of the month, or at the ends of months, it is
    /// counted in months.</param>
    /// <param name="missingSteps">What becomes of missing values and steps. Those carried forward are steps like others, and count in
    /// <paramref name="targets"/>.</param>
    /// <exception cref="ArgumentException">There is no column, or not a single window, or the time column has the name of a column of
    /// windows.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below its least, a column is missing or of another type, or the range lies
    /// outside the series.</exception>
    /// <exception cref="InvalidOperationException">A value or a step is missing, or times are out of order; the message names column and
    /// row.</exception>
    public static IDataView CreateWindows(
        this DataOperationsCatalog catalog, IDataView data, IReadOnlyList<string> columnNames, int length, int horizon, int stride = 1,
        Range? targets = null, string? timeColumnName = null, MissingSteps missingSteps = MissingSteps.Error)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(columnNames);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(horizon);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        if (columnNames.Count == 0)
            throw new ArgumentException("Name at least one column.", nameof(columnNames));
        if (timeColumnName is WindowView.Features or WindowView.Label)
            throw new ArgumentException(
                $"The windows have a column '{timeColumnName}' of their own. Copy the times to another name " +
                "(mlContext.Transforms.CopyColumns).", nameof(timeColumnName));
        SeriesTable series = SeriesTable.Read(data, columnNames, timeColumnName, missingSteps);
        (int start, int end) = ((targets ?? ..).Start.GetOffset(series.Length), (targets ?? ..).End.GetOffset(series.Length));
        if (start < 0 || start > end || end > series.Length)
            throw new ArgumentOutOfRangeException(
                nameof(targets), $"The range {targets} is not within the {series.Length} steps of the series.");
        int first = Math.Max(start, length);
        if (first + horizon > end)
            throw new ArgumentException(
                $"There is no window: {length} steps before and {horizon} steps in {start}..{end} don't fit a series of " +
                $"{series.Length} steps. Take a shorter length or horizon, or more rows.", nameof(targets));
        return new WindowView(series, length, horizon, stride, first, (end - horizon - first) / stride + 1);
    }

    /// <summary>How far forecasts are from what came.</summary>
    /// <param name="catalog">The task.</param>
    /// <param name="data">Windows with their forecasts, as a model's <c>Transform</c> gives them.</param>
    /// <param name="labelColumnName">What came, [series×horizon].</param>
    /// <param name="scoreColumnName">What was forecast, of the same size.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There is no forecast.</exception>
    public static ForecastingMetrics Evaluate(
        this ForecastingCatalog catalog, IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return ForecastingMetrics.Measure(data, labelColumnName, scoreColumnName);
    }
}
