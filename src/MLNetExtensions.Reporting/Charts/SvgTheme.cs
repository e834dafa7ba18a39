using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Axes;

namespace MLNetExtensions.Reporting.Charts;

/// <summary>
/// Has OxyPlot draw with colours that stand for variables of the page, so that a chart follows the reader's light or dark theme.
/// </summary>
internal static partial class SvgTheme
{
    /// <summary>Small, so that letters are still to be read where a telephone shrinks it.</summary>
    private const double Width = 440, Height = 280;
    private const int SeriesColors = 6;
    private const byte SeriesMark = 1, RoleMark = 2;

    /// <summary>The roles by their marks: <c>rgb(2,0,n)</c> is the n-th.</summary>
    private static readonly string[] Roles = ["text", "grid", "muted"];

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static OxyColor Text => OxyColor.FromRgb(RoleMark, 0, 0);

    public static OxyColor Grid => OxyColor.FromRgb(RoleMark, 0, 1);

    public static OxyColor Muted => OxyColor.FromRgb(RoleMark, 0, 2);

    /// <summary>The colour of the line of that number, counted from 0.</summary>
    public static OxyColor Series(int number) => OxyColor.FromRgb(SeriesMark, 0, (byte)(number % SeriesColors));

    public static PlotModel CreateModel() => new()
    {
        TextColor = Text, PlotAreaBorderColor = Grid, DefaultFontSize = 13, Padding = new(0, 4, 12, 8),
        PlotAreaBorderThickness = new(1, 0, 0, 1),
    };

    public static T Style<T>(T axis)
        where T : Axis
    {
        (axis.AxislineColor, axis.TicklineColor, axis.MajorGridlineColor) = (Grid, Grid, Grid);
        // OxyPlot measures the page's fonts a little too small.
        axis.AxisTitleDistance = axis.Position == AxisPosition.Left ? 24 : 10;
        (axis.MajorGridlineStyle, axis.MinorTickSize, axis.MajorTickSize) = (LineStyle.Solid, 0, 4);
        return axis;
    }

    /// <summary>The chart as an element that scales with the page and has a name for screen readers.</summary>
    public static XElement Export(PlotModel plot, string title)
    {
        string drawn = new SvgExporter { Width = Width, Height = Height, UseVerticalTextAlignmentWorkaround = true }
            .ExportToString(plot);
        XElement svg = XDocument.Parse(Color().Replace(drawn, Variable)).Root!;
        svg.SetAttributeValue("width", null);
        svg.SetAttributeValue("height", null);
        svg.SetAttributeValue("viewBox", FormattableString.Invariant($"0 0 {Width} {Height}"));
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("class", "chart");
        svg.AddFirst(new XElement(Svg + "title", title));
        // One clip path a chart has the same id in every chart of the page, and clips nothing but what is outside the picture.
        foreach (XElement group in svg.Descendants(Svg + "g").ToArray())
            group.SetAttributeValue("clip-path", null);
        svg.Elements(Svg + "defs").Remove();
        foreach (XElement text in svg.Descendants(Svg + "text"))
            text.SetAttributeValue("font-family", null);
        return svg;
    }

    private static string Variable(Match match)
    {
        int index = int.Parse(match.Groups[2].ValueSpan);
        return match.Groups[1].ValueSpan is "1" ? $"var(--series-{index + 1})" : $"var(--{Roles[index]})";
    }

    [GeneratedRegex(@"rgb\(([12]),0,(\d+)\)")]
    private static partial Regex Color();
}
