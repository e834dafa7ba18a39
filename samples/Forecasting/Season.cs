namespace Samples.Forecasting;

/// <summary>After how many steps a series is likely to be as it was.</summary>
internal static class Season
{
    /// <summary>A day of steps shorter than that, a week of days, a year of weeks, months or quarters; null for other steps.</summary>
    public static int? Of(TimeSpan? interval) => interval is not { Ticks: > 0 } step ? null : step.TotalDays switch
    {
        <= 0.5 when TimeSpan.FromDays(1).Ticks % step.Ticks == 0 => (int)(TimeSpan.FromDays(1) / step),
        1 => 7,
        7 => 52,
        >= 28 and <= 31 => 12,
        >= 90 and <= 92 => 4,
        _ => null,
    };
}
