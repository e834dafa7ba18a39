using System.Globalization;
using System.Xml.Linq;

namespace MLNetExtensions.Reporting.Html;

/// <summary>A confusion matrix as a table: a row a true class, shaded by the share of the row, the numbers in every
/// cell.</summary>
internal static class ConfusionTable
{
    public static XElement Create(IReadOnlyList<string> classes, IReadOnlyList<IReadOnlyList<double>> counts) => new(
        "div", Markup.Class("matrix"), Markup.Table(["true \\ predicted", .. classes], classes.Select((name, row) =>
            (IEnumerable<object>)[name, .. counts[row].Select((count, column) => Cell(counts[row], count, row == column))])));

    private static XElement Cell(IReadOnlyList<double> row, double count, bool isHit)
    {
        double total = row.Sum();
        double share = total == 0 ? 0 : count / total;
        string style = string.Create(CultureInfo.InvariantCulture, $"--share: {share * 0.75:0.###}");
        return new(
            "td", Markup.Class(isHit ? "heat hit" : "heat"), new XAttribute("style", style),
            new XAttribute("title", Markup.Percent(share)),
            count.ToString("N0", CultureInfo.InvariantCulture));
    }
}
