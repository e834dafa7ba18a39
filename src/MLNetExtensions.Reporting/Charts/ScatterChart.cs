using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace MLNetExtensions.Reporting.Charts;

/// <summary>Points with a line to compare them with, as inline SVG.</summary>
internal static class ScatterChart
{
    public static XElement ToSvg(
        string title, string x, string y, IEnumerable<(double X, double Y)> points, IEnumerable<(double X, double Y)> reference)
    {
        PlotModel plot = SvgTheme.CreateModel();
        plot.Axes.Add(SvgTheme.Style(new LinearAxis { Position = AxisPosition.Bottom, Title = x }));
        plot.Axes.Add(SvgTheme.Style(new LinearAxis { Position = AxisPosition.Left, Title = y }));
        ScatterSeries scatter = new() { MarkerType = MarkerType.Circle, MarkerSize = 2.2, MarkerFill = SvgTheme.Series(0) };
        scatter.Points.AddRange(points.Select(point => new ScatterPoint(point.X, point.Y)));
        LineSeries line = new() { Color = SvgTheme.Muted, LineStyle = LineStyle.Dash, StrokeThickness = 1.2 };
        line.Points.AddRange(reference.Select(point => new DataPoint(point.X, point.Y)));
        plot.Series.Add(scatter);
        plot.Series.Add(line);
        return SvgTheme.Export(plot, title);
    }
}
