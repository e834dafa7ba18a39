using System.Globalization;

namespace Samples.TabularCategories;

/// <summary>Made-up fares by distance, time and tariff, for whoever has neither data nor a network.</summary>
internal static class SyntheticFares
{
    /// <summary>The column to predict, in the made-up and the real table.</summary>
    public const string Label = "fare_amount";

    private const int Rows = 10_000;

    private static readonly string[] Companies = ["north", "south", "harbour"];

    public static void Write(string path)
    {
        Random random = new(1);
        using StreamWriter writer = new(path);
        writer.WriteLine($"company,rate_code,trip_time_in_secs,trip_distance,{Label}");
        for (int row = 0; row < Rows; row++)
        {
            int company = random.Next(Companies.Length), rate = random.Next(10) == 0 ? 2 : 1;
            double distance = Math.Exp(random.NextDouble() * 3 - 0.5), seconds = distance * (150 + 200 * random.NextDouble());
            double fare = rate == 2 ? 52 : 2.5 + (2 + 0.3 * company) * distance + seconds / 240 + 0.2 * random.NextDouble();
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Companies[company]},{rate},{seconds:F0},{distance:F2},{fare:F2}"));
        }
    }
}
