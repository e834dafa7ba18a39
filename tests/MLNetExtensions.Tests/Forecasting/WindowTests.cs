using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNetExtensions.Tests.Forecasting;

/// <summary>Windows over series: what they hold, what they never share, and steps that are carried forward.</summary>
public class WindowTests
{
    private static readonly DateTime Start = new(2026, 1, 1);

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_window_has_what_is_known_and_what_comes()
    {
        IDataView windows = _ml.Data.CreateWindows(Table(8), ["a", "b"], length: 3, horizon: 2, stride: 2, timeColumnName: "time");
        Assert.Equal(2, windows.GetRowCount());
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2, 3), windows.Schema["Features"].Type);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 2, 2), windows.Schema["Label"].Type);
        Assert.Equal([[0, 1, 2, 0, -1, -2], [2, 3, 4, -2, -3, -4]], windows.GetColumn<float[]>("Features"));
        Assert.Equal([[3, 4, -3, -4], [5, 6, -5, -6]], windows.GetColumn<float[]>("Label"));
        Assert.Equal([Start.AddHours(3), Start.AddHours(5)], windows.GetColumn<DateTime>("time"));
    }

    /// <summary>No value to learn is in two parts, and none of a part is known in an earlier one.</summary>
    [Fact]
    public void Parts_share_nothing_to_learn()
    {
        IDataView table = Table(100);
        Range[] parts = [(..60), 60..80, 80..];
        HashSet<float> before = [];
        foreach (Range part in parts)
        {
            IDataView windows = _ml.Data.CreateWindows(table, ["a"], length: 10, horizon: 5, targets: part);
            float[] labels = [.. windows.GetColumn<float[]>("Label").SelectMany(row => row)];
            (int start, int end) = (part.Start.GetOffset(100), part.End.GetOffset(100));
            Assert.Equal((Math.Max(start, 10), end - 1), ((int)labels.Min(), (int)labels.Max()));
            Assert.Empty(before.Intersect(labels));
            Assert.All(windows.GetColumn<float[]>("Features").Zip(windows.GetColumn<float[]>("Label")), row =>
                Assert.Equal(row.Second[0] - 1, row.First[^1]));
            before.UnionWith(labels);
            before.UnionWith(windows.GetColumn<float[]>("Features").SelectMany(row => row));
        }
    }

    [Fact]
    public void The_last_window_is_there_to_forecast_from()
    {
        IDataView last = _ml.Data.CreateWindows(Table(8), ["a"], length: 3, horizon: 0, targets: ^0.., timeColumnName: "time");
        Assert.Null(last.Schema.GetColumnOrNull("Label"));
        Assert.Equal([5, 6, 7], last.GetColumn<float[]>("Features").Single());
        Assert.Equal(Start.AddHours(8), last.GetColumn<DateTime>("time").Single());
    }

    [Fact]
    public void Only_active_columns_of_a_current_row_can_be_read()
    {
        IDataView windows = _ml.Data.CreateWindows(Table(8), ["a"], 3, 2);
        using DataViewRowCursor cursor = windows.GetRowCursor([windows.Schema["Label"]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(windows.Schema["Label"]);
        VBuffer<float> value = default;
        Assert.Throws<InvalidOperationException>(() => getter(ref value));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<VBuffer<float>>(windows.Schema["Features"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(windows.Schema["Label"]));
    }

    [Fact]
    public void Missing_values_are_carried_forward_where_that_is_asked_for()
    {
        TableView table = Table([0, 1, 2, 3, 4, 5], [0, 1, float.NaN, float.PositiveInfinity, 4, 5]);
        IDataView windows = _ml.Data.CreateWindows(table, ["a"], 5, 1, missingSteps: MissingSteps.CarryForward);
        Assert.Equal([0, 1, 1, 1, 4], windows.GetColumn<float[]>("Features").Single());
    }

    [Fact]
    public void Missing_hours_are_carried_forward_where_that_is_asked_for()
    {
        TableView table = Table([0, 1, 2, 5, 6], [0, 1, 2, 5, 6]);
        IDataView windows = _ml.Data.CreateWindows(
            table, ["a"], 6, 1, timeColumnName: "time", missingSteps: MissingSteps.CarryForward);
        Assert.Equal([0, 1, 2, 2, 2, 5], windows.GetColumn<float[]>("Features").Single());
        Assert.Equal([Start.AddHours(6)], windows.GetColumn<DateTime>("time"));
    }

    /// <summary>Months and years have no fixed length; a series of them is of equal steps all the same.</summary>
    [Theory]
    [InlineData(1, 1, "2025-01-01")]
    [InlineData(3, 15, "2025-04-15")]
    [InlineData(12, 1, "2034-01-01")]
    [InlineData(1, 31, "2025-01-31")]
    public void Months_are_equal_steps(int months, int day, string behind)
    {
        DateTime[] times = [.. Enumerable.Range(0, months == 1 ? 12 : months == 3 ? 5 : 10).Select(step => Day(2024, 1 + step * months))];
        IDataView last = _ml.Data.CreateWindows(
            Table(times), ["a"], times.Length, 0, targets: ^0.., timeColumnName: "time");
        Assert.Equal([DateTime.Parse(behind, CultureInfo.InvariantCulture)], last.GetColumn<DateTime>("time"));

        DateTime Day(int year, int month)
        {
            DateTime first = new DateTime(year, 1, 1).AddMonths(month - 1);
            return first.AddDays(Math.Min(day, DateTime.DaysInMonth(first.Year, first.Month)) - 1);
        }
    }

    [Fact]
    public void Missing_months_are_carried_forward_where_that_is_asked_for()
    {
        TableView table = Table([new(2026, 1, 1), new(2026, 2, 1), new(2026, 3, 1), new(2026, 6, 1)]);
        IDataView windows = _ml.Data.CreateWindows(
            table, ["a"], 5, 1, timeColumnName: "time", missingSteps: MissingSteps.CarryForward);
        Assert.Equal([0, 1, 2, 2, 2], windows.GetColumn<float[]>("Features").Single());
    }

    [Fact]
    public void Slots_of_a_vector_are_a_series_each()
    {
        IDataView table = _ml.Transforms.Concatenate("both", "a", "b").Fit(Table(8)).Transform(Table(8));
        IDataView windows = _ml.Data.CreateWindows(table, ["b", "both"], length: 2, horizon: 1, stride: 5);
        Assert.Equal([[0, -1, 0, 1, 0, -1], [-5, -6, 5, 6, -5, -6]], windows.GetColumn<float[]>("Features"));
        Assert.Equal([[-2, 2, -2], [-7, 7, -7]], windows.GetColumn<float[]>("Label"));
    }

    /// <summary>Hourly rows: a counts up, b down.</summary>
    private static TableView Table(int rows) => Table(
        [.. Enumerable.Range(0, rows).Select(row => (double)row)], [.. Enumerable.Range(0, rows).Select(row => (float)row)]);

    private static TableView Table(DateTime[] times) =>
        Table(times, [.. Enumerable.Range(0, times.Length).Select(row => (float)row)]);

    private static TableView Table(double[] hours, float[] values) => Table([.. hours.Select(Start.AddHours)], values);

    private static TableView Table(DateTime[] times, float[] values) => new(
        TableColumn.Scalar("time", DateTimeDataViewType.Instance, times), TableColumn.Single("a", values),
        TableColumn.Single("b", values.Select(value => -value)));
}
