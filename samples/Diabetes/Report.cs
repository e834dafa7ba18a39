using System.Globalization;
using Microsoft.ML.Data;
using Spectre.Console;

namespace Samples.Diabetes;

/// <summary>The sample's tables.</summary>
internal static class Report
{
    public static void Missing(IEnumerable<(string Column, int Missing)> columns, long rows)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("Missing values").AddColumn("column").AddColumn(new TableColumn("missing").RightAligned())
            .AddColumn(new TableColumn("share").RightAligned());
        foreach ((string column, int missing) in columns)
            table.AddRow(column, missing.ToString(CultureInfo.InvariantCulture), ((double)missing / rows).ToString("P1", CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
    }

    public static void Importance(IEnumerable<KeyValuePair<string, BinaryClassificationMetricsStatistics>> importance)
    {
        BarChart chart = new BarChart().Label("Feature importance: ROC-AUC lost when a column is shuffled").UseValueFormatter(
            (value, culture) => value.ToString("F4", culture));
        foreach ((string name, BinaryClassificationMetricsStatistics metrics) in importance
            .OrderBy(pair => pair.Value.AreaUnderRocCurve.Mean).ThenBy(pair => pair.Key, StringComparer.Ordinal))
            chart.AddItem(name, Math.Max(0, -metrics.AreaUnderRocCurve.Mean), Color.Teal);
        AnsiConsole.Write(chart);
    }
}
