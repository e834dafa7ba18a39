namespace Samples.Forecasting;

/// <summary>What the command line says of a file of series. Columns are called by name, or by number from 0.</summary>
internal sealed record SeriesOptions
{
    /// <summary>The columns that make the time of a row: one, or several as date and hour; none to find it,
    /// <see cref="SeriesFile.NoTime"/> to do without.</summary>
    public IReadOnlyList<string> Time { get; init; } = [];

    /// <summary>How times are written, as .NET says it; null to find out.</summary>
    public string? TimeFormat { get; init; }

    /// <summary>The columns to forecast; none for all that are numbers.</summary>
    public IReadOnlyList<string> Series { get; init; } = [];

    /// <summary>What stands for a missing value, beside an empty cell, NA and the like.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Whether the last value goes on where one is missing.</summary>
    public bool Fill { get; init; }
}
