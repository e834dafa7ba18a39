using System.Globalization;
using System.Xml.Linq;

namespace MLNetExtensions.Reporting.Html;

/// <summary>The few kinds of elements that the pages are made of. Texts are escaped by the XML writer.</summary>
internal static class Markup
{
    public static XElement Section(string title, params object?[] content) =>
        new("section", new XElement("h2", title), content);

    public static XElement Paragraph(string text, string? @class = null) => new("p", Class(@class), text);

    /// <summary>A chart with its caption.</summary>
    public static XElement Figure(XElement picture, string caption) =>
        new("figure", picture, new XElement("figcaption", caption));

    /// <summary>Charts side by side where there is room.</summary>
    public static XElement Charts(params IEnumerable<XElement> figures) => new("div", Class("charts"), figures);

    /// <summary>Large figures with their names.</summary>
    public static XElement Tiles(params IEnumerable<(string Name, string Value)> tiles) => new(
        "dl", Class("tiles"),
        tiles.Select(tile => new XElement("div", new XElement("dt", tile.Name), new XElement("dd", tile.Value))));

    /// <summary>A table that scrolls by itself where the page is narrow.</summary>
    /// <param name="header">The names of the columns; empty for none.</param>
    /// <param name="rows">The cells; the first of a row is its heading. Numbers stand right, and so do the names above
    /// them.</param>
    public static XElement Table(IEnumerable<string> header, IEnumerable<IEnumerable<object>> rows)
    {
        XElement[] body = [.. rows.Select(row => new XElement("tr", row.Select(Cell)))];
        XElement[] names = [.. header.Select(name => new XElement("th", new XAttribute("scope", "col"), name))];
        foreach ((XElement name, XElement below) in names.Zip(body.FirstOrDefault()?.Elements() ?? []))
            name.Add(below.Attribute("class") is { } kind ? Class(kind.Value.Split(' ')[0]) : null);
        return new("div", Class("scroll"), new XElement(
            "table", names.Length > 0 ? new XElement("thead", new XElement("tr", names)) : null, new XElement("tbody", body)));
    }

    /// <summary>Names and values.</summary>
    public static XElement Properties(IEnumerable<(string Name, string Value)> properties) =>
        Table([], properties.Select(property => new object[] { property.Name, property.Value }));

    public static XAttribute? Class(string? name) => name is null ? null : new("class", name);

    /// <summary>A number in four digits, a dash for what is not a number.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "–" : value switch
    {
        0 => "0",
        _ when Math.Abs(value) is >= 1e-3 and < 1e5 => value.ToString("0.####", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###e+0", CultureInfo.InvariantCulture),
    };

    public static string Percent(double share) =>
        double.IsNaN(share) ? "–" : share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static XElement Cell(object value, int column) => (column, value) switch
    {
        (_, XElement cell) => cell,
        (0, _) => new("th", new XAttribute("scope", "row"), value),
        (_, double number) => new("td", Class("number"), Number(number)),
        (_, int or long) => new("td", Class("number"), FormattableString.Invariant($"{value:N0}")),
        _ => new("td", value),
    };
}
