using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace MLNetExtensions.Reporting.Charts;

/// <summary>A chart of lines as inline SVG. Lines differ in colour and in dashes, so that no one has to tell colours
/// apart.</summary>
/// <param name="title">What the chart shows, for those who hear it read out.</param>
/// <param name="x">The title of the horizontal axis.</param>
/// <param name="y">The title of the vertical axis.</param>
internal sealed class LineChart(string title, string x, string y)
{
    private static readonly LineStyle[] Dashes =
        [LineStyle.Solid, LineStyle.Dash, LineStyle.Dot, LineStyle.DashDot, LineStyle.LongDash, LineStyle.DashDashDotDot];

    private readonly List<ChartSeries> _series = [];

    /// <summary>Whether both axes go from 0 to 1.</summary>
    public bool IsUnitSquare { get; init; }

    /// <summary>Whether the horizontal axis is logarithmic.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>The least distance of two numbers on the horizontal axis: 1 where it counts.</summary>
    public double MinimumStep { get; init; }

    public LineChart Add(ChartSeries series)
    {
        _series.Add(series);
        return this;
    }

    public XElement ToSvg()
    {
        PlotModel plot = SvgTheme.CreateModel();
        plot.Axes.Add(IsLogarithmic
            ? SvgTheme.Style(new LogarithmicAxis { Position = AxisPosition.Bottom, Title = x })
            : SvgTheme.Style(new LinearAxis { Position = AxisPosition.Bottom, Title = x, MinimumMajorStep = MinimumStep }));
        plot.Axes.Add(SvgTheme.Style(new LinearAxis { Position = AxisPosition.Left, Title = y }));
        if (IsUnitSquare)
        {
            foreach (Axis axis in plot.Axes)
                (axis.Minimum, axis.Maximum, axis.MajorStep) = (0, 1, 0.2);
        }
        int number = 0;
        foreach (ChartSeries series in _series)
            plot.Series.Add(series.IsReference ? Reference(series) : Line(series, number++));
        if (_series.Count > 1)
            plot.Legends.Add(new Legend
            {
                LegendPlacement = LegendPlacement.Outside,
                LegendPosition = LegendPosition.TopLeft,
                LegendOrientation = LegendOrientation.Horizontal,
                LegendSymbolLength = 20,
                LegendLineSpacing = 5,
                LegendTextColor = SvgTheme.Text,
            });
        return SvgTheme.Export(plot, title);
    }

    private static LineSeries Line(ChartSeries series, int number) => Fill(new()
    {
        Title = series.Name,
        Color = SvgTheme.Series(number),
        LineStyle = Dashes[number % Dashes.Length],
        StrokeThickness = 2.2,
        MarkerType = series.HasMarkers ? MarkerType.Circle : MarkerType.None,
        MarkerFill = SvgTheme.Series(number),
        MarkerSize = 3.5,
    }, series);

    private static LineSeries Reference(ChartSeries series) => Fill(new()
    {
        Title = series.Name, Color = SvgTheme.Muted, LineStyle = LineStyle.Dash, StrokeThickness = 1.2,
    }, series);

    private static LineSeries Fill(LineSeries line, ChartSeries series)
    {
        line.Points.AddRange(series.Points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))
            .Select(point => new DataPoint(point.X, point.Y)));
        return line;
    }
}
