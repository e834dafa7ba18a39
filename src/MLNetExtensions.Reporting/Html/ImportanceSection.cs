using System.Xml.Linq;
using Microsoft.ML.Data;
using MLNetExtensions.Reporting.Charts;

namespace MLNetExtensions.Reporting.Html;

/// <summary>Which features matter.</summary>
internal static class ImportanceSection
{
    private const int MostBars = 20;

    public static XElement Create(string metricName, IEnumerable<KeyValuePair<string, MetricStatistics>> importance)
    {
        (string Name, double Value, double Error)[] ranked = [.. importance
            .Select(feature => (feature.Key, feature.Value.Mean, Finite(feature.Value.StandardError)))
            .OrderByDescending(feature => Math.Abs(feature.Mean))];
        return Markup.Section(
            "Feature importance",
            Markup.Paragraph($"The change of {metricName} when a feature is permuted, with its standard error.", "muted"),
            Markup.Charts(Markup.Figure(
                BarChart.ToSvg(
                    $"Change of {metricName} by feature", $"change of {metricName}",
                    ranked[..Math.Min(MostBars, ranked.Length)]),
                ranked.Length > MostBars ? $"The {MostBars} features that matter most, of {ranked.Length}" : "All features")),
            new XElement("details", new XElement("summary", "As a table"), Markup.Table(
                ["feature", $"change of {metricName}", "standard error"],
                ranked.Select(feature => new object[] { feature.Name, feature.Value, feature.Error }))));
    }

    private static double Finite(double error) => double.IsFinite(error) ? error : 0;
}
