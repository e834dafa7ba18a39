using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Tests.BadInput;

/// <summary>Series that are not whole, or too short for a window: the message names column and row.</summary>
internal static class SeriesCases
{
    private const string ByTime = "time";

    private static readonly DateTime Start = new(2026, 1, 1);

    public static IEnumerable<BadInputCase> All => [.. Columns(), .. Sizes(), .. Missing(), .. Times(), .. Evaluation()];

    private static IEnumerable<BadInputCase> Columns()
    {
        TableView table = Table(8);
        yield return Refused("a column that is not there", table, ["c"], "series column 'c'");
        yield return Refused("a column of times", table, ["time"], "series column 'time'", "Single");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("series: a time column of numbers", () =>
            Windows(table, ["a"], 2, 1, time: "b"), "time column 'b'", "expected DateTime");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("series: no time column", () =>
            Windows(table, ["a"], 2, 1, time: "when"), "time column 'when'");
        yield return BadInputCase.Of<ArgumentException>("series: no column", () => Windows(table, [], 2, 1),
            "Name at least one column");

        yield return BadInputCase.Of<ArgumentException>("series: times named as what windows add", () =>
            Windows(table, ["a"], 2, 1, time: "Label"), "column 'Label' of their own", "CopyColumns");

        static BadInputCase Refused(string what, TableView table, string[] columns, params string[] words) =>
            BadInputCase.Of<ArgumentOutOfRangeException>($"series: {what}", () => Windows(table, columns, 2, 1), words);
    }

    private static IEnumerable<BadInputCase> Sizes()
    {
        TableView table = Table(8);
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("series: windows of no length", () =>
            Windows(table, ["a"], 0, 1), "length");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("series: a horizon below 0", () => Windows(table, ["a"], 2, -1),
            "horizon");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("series: windows that stand still", () =>
            new MLContext().Data.CreateWindows(table, ["a"], 2, 1, stride: 0), "stride");
        yield return BadInputCase.Of<ArgumentException>("series: windows longer than the series", () =>
            Windows(table, ["a"], 7, 2),
            "There is no window", "7 steps before and 2", "8 steps", "shorter length");
        yield return BadInputCase.Of<ArgumentException>("series: windows longer than their part", () =>
            new MLContext().Data.CreateWindows(table, ["a"], 2, 3, targets: 3..5), "There is no window", "3..5");
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("series: a part that is not there", () =>
            new MLContext().Data.CreateWindows(table, ["a"], 2, 1, targets: 3..9), "3..9", "8 steps");
        yield return BadInputCase.Of<InvalidOperationException>("series: no rows", () => Windows(Table(0), ["a"], 2, 1), "'a'",
            "no rows");
    }

    private static IEnumerable<BadInputCase> Missing()
    {
        TableView table = Table([0, 1, 2, 3, 4, 5], [0, 1, float.NaN, float.PositiveInfinity, 4, 5]);
        yield return BadInputCase.Of<InvalidOperationException>("series: a value that is missing", () =>
            Windows(table, ["a"], 2, 1),
            "The series 'a' has NaN in row 2.", "CarryForward", "ReplaceMissingValues");
        yield return BadInputCase.Of<InvalidOperationException>("series: a value that is infinite", () =>
            Windows(Table([0, 1, 2], [0, float.NegativeInfinity, 2]), ["a"], 1, 1), "The series 'a' has", "in row 1.");
        yield return BadInputCase.Of<InvalidOperationException>("series: nothing to carry forward", () =>
            Windows(Table([0, 1], [float.NaN, 1]), ["a"], 1, 1, missing: MissingSteps.CarryForward),
            "'a' has NaN in row 0", "Before the first value there is none");
        yield return BadInputCase.Of<InvalidOperationException>("series: hours that are missing", () =>
            Windows(Table([0, 1, 2, 5, 6], [0, 1, 2, 5, 6]), ["a"], 2, 1, ByTime),
            "Between 2026-01-01T02:00:00 and 2026-01-01T05:00:00 (rows 2 and 3, column 'time') 2 steps of 01:00:00",
                "CarryForward", "leave the time column out");
        yield return BadInputCase.Of<InvalidOperationException>("series: months that are missing", () =>
            Windows(Table([0, 24 * 31, 24 * 59, 24 * 151], [0, 1, 2, 5]), ["a"], 2, 1, ByTime),
            "Between 2026-03-01T00:00:00 and 2026-06-01T00:00:00 (rows 2 and 3, column 'time') 2 steps of a month");
        IDataView both = new MLContext().Transforms.Concatenate("both", "a", "b").Fit(table).Transform(table);
        yield return BadInputCase.Of<InvalidOperationException>("series: a value that a slot lacks", () =>
            new MLContext().Data.CreateWindows(both, ["both"], 2, 1), "The series 'a' has NaN in row 2.");
        yield return BadInputCase.Of<InvalidOperationException>("series: a time thousands of years away", () =>
            Windows(
                Table([0, 1.0 / 3600, 2.0 / 3600, 24 * 365 * 4000.0], [0, 1, 2, 3]), ["a"], 2, 1, ByTime,
                    MissingSteps.CarryForward),
            "rows 2 and 3, column 'time'", "more than can be carried forward");
    }

    private static IEnumerable<BadInputCase> Times()
    {
        (string What, double[] Hours, string Words)[] faults =
        [
            ("a time twice", [0, 1, 1, 2], "Row 2 has the time 2026-01-01T01:00:00 in the column 'time', which is not behind"),
            ("one time only", [0, 0, 0, 0], "Row 1 has the time 2026-01-01T00:00:00 in the column 'time', which is not behind"),
            ("times that fall", [3, 2, 1, 0], "Row 1 has the time 2026-01-01T02:00:00 in the column 'time', which is not behind"),
            ("times at odd distances", [0, 1, 2.5, 3.5],
                "Row 2 has the time 2026-01-01T02:30:00 in the column 'time', 01:30:00 behind the row"),
        ];
        foreach ((string what, double[] hours, string words) in faults)
            yield return BadInputCase.Of<InvalidOperationException>($"series: {what}", () =>
                Windows(Table(hours, [0, 1, 2, 3]), ["a"], 2, 1, ByTime, MissingSteps.CarryForward), words);
    }

    private static IEnumerable<BadInputCase> Evaluation()
    {
        yield return BadInputCase.Of<ArgumentOutOfRangeException>("forecasts: no column of scores", () =>
            Evaluate([1, 2], [1, 2], "other"),
            "'other'");
        yield return BadInputCase.Of<InvalidOperationException>("forecasts: all missing", () => Evaluate([1, 2], [float.NaN, 2]),
            "nothing to measure", "'Label'", "'Score'");

        static void Evaluate(float[] label, float[] score, string column = "Score") => new MLContext().Forecasting.Evaluate(
            new TableView(
                TableColumn.Vector("Label", NumberDataViewType.Single, [label], [1, 2]),
                TableColumn.Vector("Score", NumberDataViewType.Single, [score], [1, 2])), scoreColumnName: column);
    }

    private static void Windows(
        TableView table, string[] columns, int length, int horizon, string? time = null,
        MissingSteps missing = MissingSteps.Error) =>
        new MLContext().Data.CreateWindows(table, columns, length, horizon, timeColumnName: time, missingSteps: missing);

    /// <summary>Hourly rows: a counts up, b down.</summary>
    private static TableView Table(int rows) => Table(
        [.. Enumerable.Range(0, rows).Select(row => (double)row)], [.. Enumerable.Range(0, rows).Select(row => (float)row)]);

    private static TableView Table(double[] hours, float[] values) => new(
        TableColumn.Scalar("time", DateTimeDataViewType.Instance, hours.Select(Start.AddHours)), TableColumn.Single("a", values),
        TableColumn.Single("b", values.Select(value => -value)));
}
