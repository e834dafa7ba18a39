using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace MLNetExtensions.Reporting.Charts;

/// <summary>Horizontal bars with their errors as inline SVG, the first one on top.</summary>
internal static class BarChart
{
    /// <summary>The width of a letter in a font of size 1, and what is between the names and their axis.</summary>
    private const double LetterWidth = 0.62, Gap = 14;

    /// <summary>Longer names are cut, so that bars have room.</summary>
    private const int MostLetters = 26;

    /// <param name="title">What the chart shows, for those who hear it read out.</param>
    /// <param name="axis">The title of the axis of values.</param>
    /// <param name="bars">A name, a value and the half-width of its interval, 0 for none.</param>
    public static XElement ToSvg(string title, string axis, IReadOnlyList<(string Name, double Value, double Error)> bars)
    {
        PlotModel plot = SvgTheme.CreateModel();
        string[] labels = [.. bars.Select(bar => bar.Name.Length > MostLetters ? $"{bar.Name[..(MostLetters - 1)]}…" : bar.Name)];
        // Of the margins only that of the names: OxyPlot measures them too small, and they would begin outside the picture.
        plot.PlotMargins = new(
            LetterWidth * plot.DefaultFontSize * labels.Select(label => label.Length).DefaultIfEmpty().Max() + Gap,
            double.NaN, double.NaN, double.NaN);
        CategoryAxis names = SvgTheme.Style(
            new CategoryAxis { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0 });
        names.MajorGridlineStyle = LineStyle.None;
        names.Labels.AddRange(labels);
        plot.Axes.Add(names);
        plot.Axes.Add(SvgTheme.Style(new LinearAxis { Position = AxisPosition.Bottom, Title = axis }));
        ErrorBarSeries series = new()
        {
            FillColor = SvgTheme.Series(0), StrokeThickness = 0, ErrorStrokeThickness = 1.5, StrokeColor = SvgTheme.Text,
            ErrorWidth = 0.3,
        };
        foreach ((string _, double value, double error) in bars)
            series.Items.Add(new ErrorBarItem(value, error));
        plot.Series.Add(series);
        return SvgTheme.Export(plot, title);
    }
}
