using Microsoft.ML;
using Microsoft.ML.Data;
using Samples.Forecasting;

namespace MLNetExtensions.Samples.Tests.Forecasting;

/// <summary>Files of series: which columns are forecast, the order of rows, what is missing.</summary>
public sealed class SeriesFileTests : IDisposable
{
    private const string Hourly = "when,a,b\n2020-01-01 00:00,1,4\n2020-01-01 01:00,2,6\n2020-01-01 02:00,4,8\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Times_are_found_and_numbers_are_series()
    {
        SeriesFile file = Read(Hourly);
        Assert.Equal(["a", "b"], file.Series);
        Assert.Equal(TimeSpan.FromHours(1), file.Interval);
        Assert.Equal(["times are those of the column 'when'"], file.Remarks);
        Assert.Equal([[1, 4], [2, 6], [4, 8]], Values(file));
        Assert.Equal(new DateTime(2020, 1, 1, 2, 0, 0), Table(file).GetColumn<DateTime>(SeriesFile.Time).Last());
    }

    [Fact]
    public void Times_can_be_done_without()
    {
        SeriesFile file = Read(Hourly, new() { Time = ["none"] });
        Assert.False(file.HasTimes);
        Assert.Equal(["'when' is left out, it has texts ('2020-01-01 00:00')"], file.Remarks);
        Assert.Equal([[1], [2], [4]], Values(Read(Hourly, new() { Series = ["a"] })));
        Assert.True(Read(Hourly, new() { Series = ["a"] }).HasTimes);
    }

    [Fact]
    public void Columns_that_say_nothing_are_left_out_with_a_reason()
    {
        SeriesFile file = Read("id,a,kind,five,none,mixed\n1,3,x,5,,1\n2,3,y,5,NA,b\n3,4,x,5,?,2\n4,6,x,5,,c\n");
        Assert.Equal(["a"], file.Series);
        Assert.Equal(
            [
                "'id' is left out, it numbers the rows", "'kind' is left out, it has texts ('x')", "'five' is left out, all of it is 5",
                "'none' is left out, it is empty", "'mixed' is left out, it has texts ('b' in row 1) beside numbers",
            ],
            file.Remarks);
    }

    [Fact]
    public void Numbers_with_a_few_texts_are_an_error_that_says_what_to_do()
    {
        string text = "a\n" + string.Concat(Enumerable.Range(0, 30).Select(row => row == 7 ? "off\n" : $"{row * row}\n"));
        FormatException e = Assert.Throws<FormatException>(() => Read(text));
        Assert.Contains("'a' is one of numbers but for 'off' in row 7", e.Message);
        Assert.Contains("--missing \"off\"", e.Message);
        Assert.Equal(float.NaN, Values(Read(text, new() { Missing = ["off"] }))[7][0]);
    }

    [Fact]
    public void Named_columns_must_be_numbers()
    {
        FormatException e = Assert.Throws<FormatException>(() => Read("a,b\n1,x\n2,y\n", new() { Series = ["b"] }));
        Assert.Contains("'b' (--series) has 'x' in row 0, which is no number", e.Message);
        Assert.Equal([[8], [9]], Values(Read("1,8\n1,9\n", new() { Series = ["1"] })));
    }

    [Fact]
    public void Several_columns_make_a_time()
    {
        SeriesFile file = Read(
            "day;hour;a\n10/03/2004;22.00.00;1,5\n10/03/2004;23.00.00;2,5\n13/03/2004;00.00.00;3,5\n", new() { Time = ["day", "hour"] });
        Assert.Equal([[1.5f], [2.5f], [3.5f]], Values(file));
        Assert.Equal(new DateTime(2004, 3, 10, 23, 0, 0), Table(file).GetColumn<DateTime>(SeriesFile.Time).ElementAt(1));
    }

    [Fact]
    public void Rows_are_sorted_by_time()
    {
        string[] lines = Hourly.TrimEnd().Split('\n');
        SeriesFile file = Read(string.Join('\n', lines[0], lines[3], lines[1], lines[2]));
        Assert.Equal([[1, 4], [2, 6], [4, 8]], Values(file));
        Assert.Contains("rows were not in the order of time and have been sorted", file.Remarks);
    }

    [Fact]
    public void A_time_twice_is_an_error_unless_rows_may_be_left_out()
    {
        const string Text = Hourly + "2020-01-01 02:00,5,9\n";
        FormatException e = Assert.Throws<FormatException>(() => Read(Text));
        Assert.Contains("several rows of 2020-01-01T02:00:00", e.Message);
        Assert.Contains("--fill", e.Message);
        SeriesFile filled = Read(Text, new() { Fill = true });
        Assert.Equal([[1, 4], [2, 6], [4, 8]], Values(filled));
        Assert.Contains("1 rows of times that were there before are left out", filled.Remarks);
    }

    /// <summary>An empty cell is a missing value, never a 0.</summary>
    [Fact]
    public void Missing_values_are_missing()
    {
        const string Text = "a,b\n,1\n2,3\n3,?\n5,7\n";
        Assert.Equal([[float.NaN, 1], [2, 3], [3, float.NaN], [5, 7]], Values(Read(Text)));
        SeriesFile filled = Read(Text, new() { Fill = true });
        Assert.Equal([[2, 3], [3, float.NaN], [5, 7]], Values(filled));
        Assert.Equal(
            ["1 rows before the first that has all values are left out", "1 values are missing, the last one is carried on"],
            filled.Remarks);
    }

    [Theory]
    [InlineData("a,b\n", "has no rows below its names: a, b")]
    [InlineData("a,b\nx,y\nz,w\nu,v\n", "has no column of numbers to forecast")]
    public void Files_without_series_are_an_error(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Read(text)).Message);

    private SeriesFile Read(string text, SeriesOptions? options = null) =>
        SeriesFile.Read(_folder.WriteText("series.csv", text), "here", options ?? new());

    private static IDataView Table(SeriesFile file) => file.Load(new MLContext());

    private static float[][] Values(SeriesFile file) => [.. Table(file).GetColumn<float[]>(SeriesFile.Values)];
}
