namespace MLNetExtensions.Reporting.Charts;

/// <summary>A named line of a chart.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Points">The points from left to right; those that aren't finite are left out.</param>
/// <param name="IsReference">Whether it is a line to compare with (chance, perfect calibration), drawn thin and grey.</param>
/// <param name="HasMarkers">Whether each point is marked.</param>
internal sealed record ChartSeries(
    string Name, IReadOnlyList<(double X, double Y)> Points, bool IsReference = false, bool HasMarkers = false);
