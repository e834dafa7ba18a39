namespace MLNetExtensions.Data;

/// <summary>The distance of two steps of a series: a time, or a number of calendar months, which are of no fixed length.</summary>
internal readonly record struct TimeStep
{
    private readonly TimeSpan _time;
    private readonly int _months;
    private readonly bool _endsMonths;

    private TimeStep(TimeSpan time, int months, bool endsMonths) => (_time, _months, _endsMonths) = (time, months, endsMonths);

    /// <summary>The most frequent distance of two neighbours; of times at one day of the month, or at the ends of months, in
    /// months.</summary>
    public static TimeStep Of(IReadOnlyList<DateTime> times)
    {
        TimeSpan time = MostFrequent(times.Zip(times.Skip(1), (first, second) => second - first), TimeSpan.Zero);
        // No month is shorter.
        if (time < TimeSpan.FromDays(28) || times.Any(moment => moment.TimeOfDay != times[0].TimeOfDay))
            return new(time, 0, false);
        bool isOneDay = times.All(moment => moment.Day == times[0].Day);
        return isOneDay || times.All(IsMonthEnd)
            ? new(default, MostFrequent(times.Zip(times.Skip(1), (first, second) => Month(second) - Month(first)), 0), !isOneDay)
            : new(time, 0, false);
    }

    /// <summary>The time so many steps behind another.</summary>
    public DateTime Add(DateTime start, int steps)
    {
        if (_months == 0)
            return start + steps * _time;
        DateTime moment = start.AddMonths(steps * _months);
        return _endsMonths ? moment.AddDays(DateTime.DaysInMonth(moment.Year, moment.Month) - moment.Day) : moment;
    }

    /// <summary>The steps from one time to a later one; null when they are no whole number.</summary>
    public long? Between(DateTime first, DateTime second)
    {
        (long steps, long rest) = _months == 0
            ? Math.DivRem((second - first).Ticks, _time.Ticks)
            : Math.DivRem(Month(second) - Month(first), _months);
        return rest == 0 ? steps : null;
    }

    public override string ToString() => _months switch
    {
        0 => $"{_time}",
        1 => "a month",
        12 => "a year",
        _ => $"{_months} months",
    };

    private static int Month(DateTime moment) => 12 * moment.Year + moment.Month;

    private static bool IsMonthEnd(DateTime moment) => moment.Day == DateTime.DaysInMonth(moment.Year, moment.Month);

    private static T MostFrequent<T>(IEnumerable<T> distances, T zero) where T : struct, IComparable<T> =>
        distances.Where(distance => distance.CompareTo(zero) > 0).CountBy(distance => distance)
            .OrderByDescending(pair => pair.Value).FirstOrDefault().Key;
}
