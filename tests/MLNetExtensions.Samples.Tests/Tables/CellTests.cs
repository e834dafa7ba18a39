using System.Globalization;
using Samples.Tables;

namespace MLNetExtensions.Samples.Tests.Tables;

/// <summary>Numbers and times as texts.</summary>
public class CellTests
{
    [Theory]
    [InlineData("1.5", ',', 1.5f)]
    [InlineData("-1e3", ',', -1000f)]
    [InlineData("1,5", ';', 1.5f)]
    [InlineData("1,5", ',', null)]
    [InlineData("1,234", '\t', null)]
    [InlineData("1,234.5", ';', null)]
    [InlineData("5%", ',', null)]
    public void Decimal_commas_are_read_where_semicolons_separate(string text, char separator, float? expected) =>
        Assert.Equal(expected, NumberText.TryParse(text, separator, out float value) ? value : null);

    [Theory]
    [InlineData("2004-03-10 18:00:00", "2004-03-10 19:00:00", "2004-03-10T19:00")]
    [InlineData("2004-03-10T18:00:00Z", "2004-03-10T19:00:00Z", "2004-03-10T19:00")]
    [InlineData("2004-03-10T18:00+02:00", "2004-03-10T18:00+01:00", "2004-03-10T17:00")]
    [InlineData("10/03/2004 18:00", "13/03/2004 19:00", "2004-03-13T19:00")]
    [InlineData("3/10/2004 6:00 PM", "3/13/2004 7:00 PM", "2004-03-13T19:00")]
    [InlineData("10.03.2004 18.00.00", "13.03.2004 19.00.00", "2004-03-13T19:00")]
    [InlineData("2004-03-10 18", "2004-03-10 19", "2004-03-10T19:00")]
    [InlineData("2004 3 10 18", "2004 3 10 19", "2004-03-10T19:00")]
    [InlineData("1990/1/1 0:00", "1990/1/2 0:00", "1990-01-02T00:00")]
    [InlineData("1949-01", "1949-02", "1949-02-01T00:00")]
    [InlineData("1949 January", "1949 February", "1949-02-01T00:00")]
    [InlineData("1885", "1886", "1886-01-01T00:00")]
    [InlineData("20040310", "20040311", "2004-03-11T00:00")]
    [InlineData("2004031018", "2004031019", "2004-03-10T19:00")]
    [InlineData("1467331200", "1467334800", "2016-07-01T01:00")]
    [InlineData("1467331200000", "1467334800000", "2016-07-01T01:00")]
    public void Times_are_read_in_the_way_that_all_are_written(string first, string second, string expected) =>
        Assert.Equal(DateTime.Parse(expected, CultureInfo.InvariantCulture), TimeText.Parse([first, second], null, "date")[1]);

    /// <summary>Days and months that can be taken for each other are told apart by the distances of all rows.</summary>
    [Fact]
    public void Days_and_months_are_told_apart_by_equal_steps()
    {
        DateTime[] months = [.. Enumerable.Range(0, 30).Select(month => new DateTime(2003, 1, 1).AddMonths(month))];
        foreach (string format in (string[])["dd/MM/yyyy", "MM/dd/yyyy"])
            Assert.Equal(months, TimeText.Parse([.. months.Select(time => Text(time, format))], null, "date"));

        string[] days = ["01/02/2003", "02/02/2003", "03/02/2003"];
        FormatException e = Assert.Throws<FormatException>(() => TimeText.Parse(days, null, "date"));
        Assert.Contains("'01/02/2003' for one, can be read as d/M/yyyy and as M/d/yyyy", e.Message);
        Assert.Contains("--time-format", e.Message);
        Assert.Equal(new DateTime(2003, 2, 3), TimeText.Parse(days, "dd/MM/yyyy", "date")[2]);

        static string Text(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(null, "The column 'date' has 'soon' in row 2, which is no time like those before (yyyy-M-d)")]
    [InlineData("yyyy-MM-dd", "The column 'date' has the time 'soon', which is not written as 'yyyy-MM-dd' (--time-format)")]
    [InlineData("dd.MM.yyyy", "'2020-01-01', which is not written as 'dd.MM.yyyy'")]
    public void What_is_no_time_is_an_error_that_names_it(string? format, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() =>
            TimeText.Parse(["2020-01-01", "2020-01-02", "soon"], format, "date")).Message);

    [Theory]
    [InlineData("2004-03-10", true)]
    [InlineData("March 10, 2004", true)]
    [InlineData("1949-01", true)]
    [InlineData("1949", false)]
    [InlineData("male", false)]
    [InlineData("", false)]
    public void Numbers_and_words_are_no_times_by_themselves(string text, bool expected) => Assert.Equal(expected, TimeText.IsTime(text));
}
