using System.Globalization;
using Spectre.Console;

namespace MLNetExtensions.CudaKit;

/// <summary>What both sides found, in the order in which ours was found.</summary>
internal static class ResultTable
{
    private const int MinWidth = 130;

    /// <summary>Prints the table of the files in <paramref name="folder"/>.</summary>
    public static void Write(string folder)
    {
        ILookup<string, string> theirs = new ResultFile(folder, "torch").Read().ToLookup(line => line.Name, line => line.Value);
        Table table = new Table().Border(TableBorder.Markdown)
            .AddColumn("")
            .AddColumn(new TableColumn("MLNetExtensions").RightAligned())
            .AddColumn(new TableColumn("PyTorch").RightAligned())
            .AddColumn(new TableColumn("ratio").RightAligned());
        foreach ((string name, string value) in new ResultFile(folder, "ours").Read())
        {
            string other = theirs[name].LastOrDefault("");
            table.AddRow(new[] { name, value, other, Ratio(value, other) }.Select(Markup.Escape).ToArray());
        }
        // Where the output is no terminal, 80 columns are assumed, into which the names don't fit.
        AnsiConsole.Profile.Width = int.Max(AnsiConsole.Profile.Width, MinWidth);
        AnsiConsole.Write(table);
    }

    private static string Ratio(string ours, string theirs) =>
        double.TryParse(ours, CultureInfo.InvariantCulture, out double value) &&
        double.TryParse(theirs, CultureInfo.InvariantCulture, out double other)
            ? (value / other).ToString("F2", CultureInfo.InvariantCulture)
            : "";
}
