using System.Text;
using MLNetExtensions.Reporting.Html;

namespace MLNetExtensions.Reporting.Experiments;

/// <summary>Runs side by side: their metrics, and the options in which they differ.</summary>
public sealed class RunComparison
{
    private readonly RunRecord[] _runs;
    private readonly string[] _metrics;
    private readonly string[] _options;

    /// <summary>Compares runs.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="orderBy">The metric that orders them; null for the order given. Runs without it come last.</param>
    /// <param name="higherIsBetter">Whether the highest value of that metric comes first, rather than the lowest.</param>
    /// <exception cref="ArgumentException">No run has that metric.</exception>
    public RunComparison(IEnumerable<RunRecord> runs, string? orderBy = null, bool higherIsBetter = false)
    {
        ArgumentNullException.ThrowIfNull(runs);
        _runs = [.. runs];
        _metrics = [.. _runs.SelectMany(run => run.Metrics.Keys).Distinct()];
        _options = [.. _runs.SelectMany(run => run.Options.Keys).Distinct()
            .Where(name => _runs.Select(run => run.Options.GetValueOrDefault(name)).Distinct().Count() > 1)];
        if (orderBy is null)
            return;
        if (!_metrics.Contains(orderBy))
            throw new ArgumentException(
                $"No run has the metric '{orderBy}'; there is {string.Join(", ", _metrics)}.", nameof(orderBy));
        _runs = [.. _runs.OrderBy(run => !run.Metrics.TryGetValue(orderBy, out double value) || double.IsNaN(value))
            .ThenBy(run => run.Metrics.GetValueOrDefault(orderBy) * (higherIsBetter ? -1 : 1))];
    }

    /// <summary>The table for a terminal.</summary>
    public override string ToString()
    {
        string[][] rows =
        [
            [.. Header],
            .. _runs.Select(run =>
                Row(run).Select(cell => cell is double value ? Markup.Number(value) : (string)cell).ToArray()),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder text = new();
        foreach (string[] row in rows)
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        return text.ToString();
    }

    /// <summary>The table as a page; sections can be added to it as to any other report.</summary>
    /// <param name="title">The heading of the page.</param>
    public HtmlReport ToReport(string title = "Experiments") => new HtmlReport(title).AddTable("Runs", Header, _runs.Select(Row));

    private IEnumerable<string> Header => ["run", "status", "started", "seconds", .. _metrics, .. _options];

    private IEnumerable<object> Row(RunRecord run) =>
    [
        run.Name,
        run.Status.ToString().ToLowerInvariant(),
        FormattableString.Invariant($"{run.Started.LocalDateTime:yyyy-MM-dd HH:mm}"),
        run.Duration is { } duration ? Math.Round(duration.TotalSeconds, 1) : double.NaN,
        .. _metrics.Select(name => (object)run.Metrics.GetValueOrDefault(name, double.NaN)),
        .. _options.Select(name => run.Options.GetValueOrDefault(name, "")),
    ];
}
