using System.Globalization;

namespace Samples.Forecasting;

/// <summary>Two made-up hourly series with days, weeks, a drift and noise, for whoever has neither data nor a network.</summary>
internal static class SyntheticSeries
{
    private const int Hours = 24 * 250;

    public static void Write(string path, string timeColumn)
    {
        Random random = new(1);
        using StreamWriter writer = new(path);
        writer.WriteLine($"{timeColumn},load,temperature");
        DateTime start = new(2020, 1, 1);
        double drift = 0;
        for (int hour = 0; hour < Hours; hour++)
        {
            double day = Math.Sin(2 * Math.PI * hour / 24), week = Math.Sin(2 * Math.PI * hour / (24 * 7));
            drift += 0.02 * (random.NextDouble() - 0.5);
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{start.AddHours(hour):yyyy-MM-dd HH:mm:ss},{50 + 10 * day + 5 * week + 5 * drift + random.NextDouble():F3}," +
                $"{12 + 6 * day + 3 * drift + random.NextDouble():F3}"));
        }
    }
}
