using Microsoft.ML;
using Microsoft.ML.Data;
using Samples.Forecasting;

namespace MLNetExtensions.Samples.Tests.Forecasting;

/// <summary>The parts of a series, its season, and the forecasts that learn nothing.</summary>
public sealed class PartsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(60, 8640)]
    [InlineData(15, 34560)]
    public void Transformers_have_the_parts_that_are_published(int minutes, int training)
    {
        SeriesFile file = Read("HUFL,HULL,MUFL,MULL,LUFL,LULL,OT", minutes);
        Assert.Equal(
            (..training, training..(training / 3 * 4), (training / 3 * 4)..(training / 3 * 5)),
            Ranges(Parts.Of([], file, training / 3 * 5 + 100)));
        Assert.Equal((..70, 70..80, 80..100), Ranges(Parts.Of([], file, 100)));
    }

    [Fact]
    public void Other_series_have_shares_of_which_that_to_stop_by_takes_the_rest() =>
        Assert.Equal((..5311, 5311..6071, 6071..7588), Ranges(Parts.Of([], Read("a,b,c,d,e,f,g", 60), 7588)));

    [Fact]
    public void Parts_are_those_that_are_asked_for()
    {
        SeriesFile file = Read("a,b,c,d,e,f,g", 60);
        Assert.Equal((..50, 50..75, 75..100), Ranges(Parts.Of([0.5, 0.25, 0.25], file, 100)));
        Assert.Equal((..40, 40..60, 60..70), Ranges(Parts.Of([40, 20, 10], file, 100)));
        Assert.Contains("three parts", Assert.Throws<ArgumentException>(() => Parts.Of([0.5, 0.5], file, 100)).Message);
        Assert.Contains("0.5 0.6 0.1 (--split)", Assert.Throws<ArgumentException>(() => Parts.Of([0.5, 0.6, 0.1], file, 100)).Message);
        Assert.Contains("100 steps", Assert.Throws<ArgumentException>(() => Parts.Of([80, 20, 10], file, 100)).Message);
    }

    [Theory]
    [InlineData(36, 5, "The part to learn from has 40 steps, but a window takes 36 to forecast from (--length) and 5")]
    [InlineData(10, 25, "The part to stop by has 20 steps")]
    [InlineData(10, 15, "The part to measure with has 10 steps")]
    public void Parts_without_room_for_a_forecast_are_an_error(int length, int horizon, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() =>
            Parts.Of([40, 20, 10], Read("a,b,c,d,e,f,g", 60), 100).Require(length, horizon)).Message);

    [Theory]
    [InlineData(1.0 / 24, 24)]
    [InlineData(1.0 / 96, 96)]
    [InlineData(1, 7)]
    [InlineData(7, 52)]
    [InlineData(31, 12)]
    [InlineData(92, 4)]
    [InlineData(365, null)]
    public void Seasons_follow_from_the_time_between_steps(double days, int? season) =>
        Assert.Equal(season, Season.Of(TimeSpan.FromDays(days)));

    /// <summary>Of 0, 1, 0, 2 and then 1, 2, 1 at a deviation of 2: carried on, 2 is wrong by 1, 0 and 1, and 0, 2, 0 by 1, 0 and 1.</summary>
    [Fact]
    public void The_last_steps_are_carried_on()
    {
        IDataView table = new MLContext().Data.LoadFromEnumerable(
            new float[] { 0, 1, 0, 2, 1, 2, 5 }.Select(value => new Row { Value = value }));
        IDataView windows = new MLContext().Data.CreateWindows(table, [nameof(Row.Value)], length: 4, horizon: 3);
        Assert.Equal((1 + 0 + 9) / 12.0, Baseline.MeanSquaredError(windows, [2], period: 1));
        Assert.Equal((1 + 0 + 25) / 12.0, Baseline.MeanSquaredError(windows, [2], period: 2));
    }

    private static (Range Training, Range Validation, Range Test) Ranges(Parts parts) => (parts.Training, parts.Validation, parts.Test);

    private SeriesFile Read(string names, int minutes) => SeriesFile.Read(_folder.WriteText("series.csv",
        $"date,{names}\n" + string.Concat(Enumerable.Range(0, 10).Select(row =>
            $"{new DateTime(2020, 1, 1).AddMinutes(row * minutes):yyyy-MM-dd HH:mm},{string.Join(',', Enumerable.Repeat(row * row, 7))}\n"))),
        "here", new() { Time = ["date"] });

    private sealed class Row
    {
        public float Value { get; set; }
    }
}
