using System.Globalization;

namespace Samples.Tables;

/// <summary>Times as texts, in whatever way all of a column are written.</summary>
public static class TimeText
{
    private const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <summary>Ways to write the day. With spaces: columns that were put together.</summary>
    private static readonly string[] Days =
    [
        "yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "d.M.yyyy", "d/M/yyyy", "M/d/yyyy", "d-M-yyyy", "M-d-yyyy", "d/M/yy", "M/d/yy",
        "d.M.yy", "d MMM yyyy", "d-MMM-yyyy", "d-MMM-yy", "d MMMM yyyy", "MMM d yyyy", "MMM d, yyyy", "MMMM d, yyyy", "yyyy M d",
    ];

    /// <summary>Ways to write the time of day behind it.</summary>
    private static readonly string[] Hours =
    [
        "", " H:m:s", " H:m", " H", "'T'H:m:s", "'T'H:m", " H:m:s.FFFFFFF", "'T'H:m:s.FFFFFFF", "'T'H:m:s.FFFFFFFK", "'T'H:m:sK", "'T'H:mK",
        " H:m:sK", " H:m:s.FFFFFFFK", " H:m:s K", " h:m:s tt", " h:m tt", " H.m.s", " H.m", " H m", " H m s",
    ];

    /// <summary>Ways that no time of day stands behind: a month or a year is its first moment.</summary>
    private static readonly string[] Whole =
    [
        "yyyy-M", "yyyy/M", "yyyy M", "M/yyyy", "M-yyyy", "MMM yyyy", "MMMM yyyy", "MMM-yyyy", "MMM-yy", "yyyy MMM", "yyyy MMMM", "yyyy",
        "yyyyMMddHH", "yyyyMMddHHmm", "yyyyMMddHHmmss", "yyyyMMdd'T'HHmmss",
    ];

    /// <summary>Each a way to write a day, with all ways to write a time of day behind it.</summary>
    private static readonly string[][] Ways =
        [.. Days.Select(day => Hours.Select(hour => day + hour).ToArray()), .. Whole.Select(way => new[] { way })];

    /// <summary>Whether a text is a time in one of the ways known, and no number.</summary>
    public static bool IsTime(string text) =>
        !double.TryParse(text, CultureInfo.InvariantCulture, out _) && Ways.Any(way => TryParse(text, way, out _));

    /// <summary>The times, in coordinated universal time where they say how far they are from it.</summary>
    /// <param name="texts">The texts, all written in one way, with a time of day or without.</param>
    /// <param name="format">The way, as .NET writes it (dd/MM/yyyy HH:mm); null to find it out.</param>
    /// <param name="column">What the column is called.</param>
    /// <exception cref="FormatException">There is no way to read all of them, or several that mean other times.</exception>
    public static DateTime[] Parse(IReadOnlyList<string> texts, string? format, string column)
    {
        if (format is not null)
            return Read(texts, [format]) ?? throw new FormatException(
                $"The column '{column}' has the time '{texts.First(text => !TryParse(text, [format], out _))}', which is not written as " +
                $"'{format}' (--time-format).");
        List<(string Way, DateTime[] Times)> read = [];
        foreach (string[] way in Ways)
            Add(way[0], Read(texts, way));
        if (read.Count == 0)
            return ReadUnix(texts) ?? throw Unreadable(texts, column);
        (string Way, DateTime[] Times, double Regularity)[] ways =
            [.. read.Select(way => (way.Way, way.Times, Regularity(way.Times))).OrderByDescending(way => way.Item3)];
        return ways.Length == 1 || ways[0].Regularity > ways[1].Regularity
            ? ways[0].Times
            : throw new FormatException(
                $"The times of the column '{column}', '{texts[0]}' for one, can be read as {ways[0].Way} and as {ways[1].Way}: say which " +
                "(--time-format).");

        void Add(string way, DateTime[]? times)
        {
            if (times is not null && !read.Any(known => known.Times.AsSpan().SequenceEqual(times)))
                read.Add((way, times));
        }
    }

    private static FormatException Unreadable(IReadOnlyList<string> texts, string column)
    {
        // The way in which most of the first ones are written shows the one that is not.
        string[] way = Ways.MaxBy(way => texts.TakeWhile(text => TryParse(text, way, out _)).Count())!;
        int row = texts.TakeWhile(text => TryParse(text, way, out _)).Count();
        return new(
            $"The column '{column}' has '{texts[row]}' in row {row}, which is no time" + (row > 0 ? $" like those before ({way[0]})" : "") +
            ". Say how times are written (--time-format dd/MM/yyyy), or do without (--time none) to take rows as equal steps.");
    }

    private static DateTime[]? Read(IReadOnlyList<string> texts, string[] way)
    {
        DateTime[] times = new DateTime[texts.Count];
        for (int i = 0; i < times.Length; i++)
        {
            if (!TryParse(texts[i], way, out times[i]))
                return null;
        }
        return times;
    }

    private static bool TryParse(string text, string[] way, out DateTime time) =>
        DateTime.TryParseExact(text, way, CultureInfo.InvariantCulture, Style, out time);

    /// <summary>Seconds since 1970, or thousandths of them, from 1973 on.</summary>
    private static DateTime[]? ReadUnix(IReadOnlyList<string> texts)
    {
        long[] numbers = new long[texts.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!long.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return null;
        }
        return numbers.All(number => number is >= 100_000_000 and < 10_000_000_000)
            ? [.. numbers.Select(number => DateTimeOffset.FromUnixTimeSeconds(number).UtcDateTime)]
            : numbers.All(number => number is >= 100_000_000_000 and < 10_000_000_000_000)
                ? [.. numbers.Select(number => DateTimeOffset.FromUnixTimeMilliseconds(number).UtcDateTime)]
                : null;
    }

    /// <summary>The share of neighbours that are the most frequent distance apart, in time or, at one day of the month, in months.</summary>
    private static double Regularity(DateTime[] times)
    {
        DateTime[] sorted = [.. times.Order()];
        if (sorted.Length < 2)
            return 1;
        (DateTime First, DateTime Second)[] pairs = [.. sorted.Zip(sorted.Skip(1))];
        int inTime = Most(pairs.Select(pair => (pair.Second - pair.First).Ticks));
        int inMonths = sorted.All(time => time.Day == sorted[0].Day && time.TimeOfDay == sorted[0].TimeOfDay)
            ? Most(pairs.Select(pair => 12L * (pair.Second.Year - pair.First.Year) + pair.Second.Month - pair.First.Month))
            : 0;
        return (double)Math.Max(inTime, inMonths) / pairs.Length;

        static int Most(IEnumerable<long> distances) => distances.CountBy(distance => distance).Max(pair => pair.Value);
    }
}
