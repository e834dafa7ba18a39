using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Interop;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Data;

/// <summary>Series of equal steps, read into memory and checked: nothing is missing, and nothing out of order.</summary>
internal sealed class SeriesTable
{
    private readonly float[][] _values;
    private readonly DateTime _start;
    private readonly TimeSpan _step;

    private SeriesTable(float[][] values, string? timeColumn, DateTime start, TimeSpan step) =>
        (_values, TimeColumnName, _start, _step) = (values, timeColumn, start, step);

    /// <summary>The number of series.</summary>
    public int Count => _values.Length;

    /// <summary>The number of steps.</summary>
    public int Length => _values[0].Length;

    /// <summary>The column of times; null when there is none.</summary>
    public string? TimeColumnName { get; }

    /// <summary>The values of a series.</summary>
    public ReadOnlySpan<float> this[int series] => _values[series];

    /// <summary>The time of a step, also of one behind the last.</summary>
    public DateTime TimeOf(int step) => _start + step * _step;

    /// <summary>Reads the series once.</summary>
    /// <param name="data">A row a step, in order.</param>
    /// <param name="columns">The columns of the series, of Single.</param>
    /// <param name="timeColumn">A column of times, of DateTime; null when rows are equal steps by themselves.</param>
    /// <param name="missing">What becomes of missing steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">A value or step is missing, times are out of order or at odd distances, or
    /// there is no row; the message names column and row.</exception>
    public static SeriesTable Read(IDataView data, IReadOnlyList<string> columns, string? timeColumn, MissingSteps missing)
    {
        Column[] series = [.. columns.Select(name => Find(data.Schema, "series", name, NumberDataViewType.Single))];
        Column? time = timeColumn is null ? null : Find(data.Schema, "time", timeColumn, DateTimeDataViewType.Instance);
        List<float>[] values = [.. columns.Select(_ => new List<float>())];
        List<DateTime> times = [];
        using DataViewRowCursor cursor = data.GetRowCursor(time is { } used ? [.. series, used] : series);
        ValueGetter<float>[] getters = [.. series.Select(cursor.GetGetter<float>)];
        ValueGetter<DateTime>? readTime = time is { } column ? cursor.GetGetter<DateTime>(column) : null;
        float value = 0;
        DateTime moment = default;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            if (readTime is not null)
            {
                readTime(ref moment);
                times.Add(moment);
            }
            for (int i = 0; i < getters.Length; i++)
            {
                getters[i](ref value);
                if (!float.IsFinite(value))
                    value = missing == MissingSteps.CarryForward && row > 0 ? values[i][^1] : throw NoNumber(columns[i], value, row, missing);
                values[i].Add(value);
            }
        }
        if (values[0].Count == 0)
            throw new InvalidOperationException($"The data with the series '{columns[0]}' has no rows.");
        if (timeColumn is null)
            return new([.. values.Select(list => list.ToArray())], null, default, default);

        int[] places = Places(times, timeColumn, missing, out TimeSpan step);
        return new([.. values.Select(list => Spread(list, places))], timeColumn, times[0], step);
    }

    private static Column Find(DataViewSchema schema, string role, string name, DataViewType type)
    {
        Column column = ColumnShapes.Find(schema, role, name);
        return column.Type.Equals(type) ? column : throw ColumnShapes.Mismatch(role, name, $"{type}", $"{column.Type}");
    }

    /// <summary>The step that each row is, where the most frequent distance of two rows is one step.</summary>
    private static int[] Places(List<DateTime> times, string column, MissingSteps missing, out TimeSpan step)
    {
        int[] places = new int[times.Count];
        step = times.Zip(times.Skip(1), (first, second) => second - first).Where(distance => distance > TimeSpan.Zero)
            .CountBy(distance => distance).OrderByDescending(pair => pair.Value).FirstOrDefault().Key;
        for (int row = 1; row < places.Length; row++)
        {
            TimeSpan distance = times[row] - times[row - 1];
            if (distance <= TimeSpan.Zero)
                throw new InvalidOperationException(
                    $"Row {row} has the time {times[row]:s} in the column '{column}', which is not behind {times[row - 1]:s} of the " +
                    "row before: sort the rows by time, one for each step.");
            long steps = Math.DivRem(distance.Ticks, step.Ticks, out long rest);
            if (rest != 0)
                throw new InvalidOperationException(
                    $"Row {row} has the time {times[row]:s} in the column '{column}', {distance} behind the row before, which is no " +
                    $"multiple of the step of {step}: bring the series to equal steps.");
            if (steps > 1 && missing == MissingSteps.Error)
                throw new InvalidOperationException(
                    $"Between {times[row - 1]:s} and {times[row]:s} (rows {row - 1} and {row}, column '{column}') {steps - 1} steps of " +
                    $"{step} are missing. Add them, or set missingSteps to {nameof(MissingSteps.CarryForward)}.");
            if (steps >= Array.MaxLength - places[row - 1])
                throw new InvalidOperationException(
                    $"Between {times[row - 1]:s} and {times[row]:s} (rows {row - 1} and {row}, column '{column}') {steps - 1} steps of " +
                    $"{step} are missing, more than can be carried forward: is one of the times wrong?");
            places[row] = places[row - 1] + (int)steps;
        }
        return places;
    }

    /// <summary>The values at their steps, each going on till the next.</summary>
    private static float[] Spread(List<float> values, int[] places)
    {
        float[] steps = new float[places[^1] + 1];
        for (int row = 0; row < places.Length; row++)
            steps.AsSpan(places[row], (row + 1 < places.Length ? places[row + 1] : steps.Length) - places[row]).Fill(values[row]);
        return steps;
    }

    private static InvalidOperationException NoNumber(string column, float value, int row, MissingSteps missing) => new(
        $"The series '{column}' has {value} in row {row}. " + (missing == MissingSteps.Error
            ? $"Replace missing values (mlContext.Transforms.ReplaceMissingValues), or set missingSteps to {nameof(MissingSteps.CarryForward)}."
            : "Before the first value there is none to carry forward: begin with a row that has all."));
}
