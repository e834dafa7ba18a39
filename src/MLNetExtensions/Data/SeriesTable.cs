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
    private readonly TimeStep _step;

    private SeriesTable(float[][] values, string? timeColumn, DateTime start, TimeStep step) =>
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
    public DateTime TimeOf(int step) => _step.Add(_start, step);

    /// <summary>Reads the series once.</summary>
    /// <param name="data">A row a step, in order.</param>
    /// <param name="columns">The columns of the series, of Single, or of vectors of it whose slots are a series each.</param>
    /// <param name="timeColumn">A column of times, of DateTime; null when rows are equal steps by themselves.</param>
    /// <param name="missing">What becomes of missing steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">A value or step is missing, times are out of order or at odd distances, or
    /// there is no row; the message names column and row.</exception>
    public static SeriesTable Read(IDataView data, IReadOnlyList<string> columns, string? timeColumn, MissingSteps missing)
    {
        Column[] series = [.. columns.Select(name => FindSeries(data.Schema, name))];
        Column? time = timeColumn is null ? null : FindTime(data.Schema, timeColumn);
        int[] sizes = [.. series.Select(column => column.Type is VectorDataViewType vector ? vector.Size : 1)];
        string[] names = [.. columns.Zip(sizes, series).SelectMany(column => Names(column.First, column.Second, column.Third))];
        List<float>[] values = [.. names.Select(_ => new List<float>())];
        List<DateTime> times = [];
        using DataViewRowCursor cursor = data.GetRowCursor(time is { } used ? [.. series, used] : series);
        Action<Span<float>>[] readers = [.. series.Select(column => Reader(cursor, column))];
        ValueGetter<DateTime>? readTime = time is { } column ? cursor.GetGetter<DateTime>(column) : null;
        float[] step = new float[names.Length];
        DateTime moment = default;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            if (readTime is not null)
            {
                readTime(ref moment);
                times.Add(moment);
            }
            for (int i = 0, first = 0; i < readers.Length; first += sizes[i++])
                readers[i](step.AsSpan(first, sizes[i]));
            for (int i = 0; i < step.Length; i++)
            {
                if (!float.IsFinite(step[i]))
                    step[i] = missing == MissingSteps.CarryForward && row > 0
                        ? values[i][^1]
                        : throw NoNumber(names[i], step[i], row, missing);
                values[i].Add(step[i]);
            }
        }
        if (values[0].Count == 0)
            throw new InvalidOperationException($"The data with the series '{columns[0]}' has no rows.");
        if (timeColumn is null)
            return new([.. values.Select(list => list.ToArray())], null, default, default);

        TimeStep distance = TimeStep.Of(times);
        int[] places = Places(times, distance, timeColumn, missing);
        return new([.. values.Select(list => Spread(list, places))], timeColumn, times[0], distance);
    }

    private static Column FindSeries(DataViewSchema schema, string name)
    {
        Column column = ColumnShapes.Find(schema, "series", name);
        DataViewType item = column.Type is VectorDataViewType { IsKnownSize: true } vector ? vector.ItemType : column.Type;
        return item.Equals(NumberDataViewType.Single)
            ? column
            : throw ColumnShapes.Mismatch("series", name, "Single, or a vector of it of known size", $"{column.Type}");
    }

    private static Column FindTime(DataViewSchema schema, string name)
    {
        Column column = ColumnShapes.Find(schema, "time", name);
        return column.Type is DateTimeDataViewType
            ? column
            : throw ColumnShapes.Mismatch("time", name, $"{DateTimeDataViewType.Instance}", $"{column.Type}");
    }

    /// <summary>What the series of a column are called in messages: by its slots, if it has several.</summary>
    private static IEnumerable<string> Names(string name, int size, Column column)
    {
        if (column.Type is not VectorDataViewType)
            return [name];
        VBuffer<ReadOnlyMemory<char>> slots = default;
        if (column.HasSlotNames())
            column.GetSlotNames(ref slots);
        return Enumerable.Range(0, size).Select(slot =>
            slots.Length == size && slots.GetItemOrDefault(slot) is { Length: > 0 } known ? $"{known}" : $"{name}[{slot}]");
    }

    private static Action<Span<float>> Reader(DataViewRow row, Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            ValueGetter<float> readOne = row.GetGetter<float>(column);
            return values => readOne(ref values[0]);
        }
        ValueGetter<VBuffer<float>> read = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> buffer = default;
        return values =>
        {
            read(ref buffer);
            buffer.CopyTo(values);
        };
    }

    /// <summary>The step that each row is.</summary>
    private static int[] Places(List<DateTime> times, TimeStep step, string column, MissingSteps missing)
    {
        int[] places = new int[times.Count];
        for (int row = 1; row < places.Length; row++)
        {
            if (times[row] <= times[row - 1])
                throw new InvalidOperationException(
                    $"Row {row} has the time {times[row]:s} in the column '{column}', which is not behind {times[row - 1]:s} of the " +
                    "row before: sort the rows by time, one for each step.");
            long steps = step.Between(times[row - 1], times[row]) ?? throw new InvalidOperationException(
                $"Row {row} has the time {times[row]:s} in the column '{column}', {times[row] - times[row - 1]} behind the row before, " +
                $"which is no multiple of the step of {step}: bring the series to equal steps, or leave the time column out to take " +
                "rows as such.");
            if (steps > 1 && missing == MissingSteps.Error)
                throw new InvalidOperationException(
                    $"Between {times[row - 1]:s} and {times[row]:s} (rows {row - 1} and {row}, column '{column}') {steps - 1} steps of " +
                    $"{step} are missing. Add them, set missingSteps to {nameof(MissingSteps.CarryForward)}, or leave the time column " +
                    "out to take rows as equal steps.");
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
            ? "Replace missing values (mlContext.Transforms.ReplaceMissingValues), or set missingSteps to " +
                $"{nameof(MissingSteps.CarryForward)}."
            : "Before the first value there is none to carry forward: begin with a row that has all."));
}
