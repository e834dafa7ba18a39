using System.Globalization;
using MLNetExtensions.Benchmarks.Peers;
using Spectre.Console;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>Says what was measured: a table to read, lines for scripts.</summary>
internal static class Report
{
    private const int MinWidth = 100;

    public static void WriteTable(
        IReadOnlyList<ComparisonResult> results, IReadOnlyList<SkippedComparison> skipped, ComparisonOptions options)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("NAME").NoWrap());
        foreach (string column in (string[])["MEDIAN", "MIN", "MAX", "TARGET"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        table.AddColumn("");
        foreach (ComparisonResult result in results)
            table.AddRow([result.Comparison.Name, .. Numbers(result), result.ReachesTarget ? "reached" : "short"]);
        foreach (SkippedComparison row in skipped)
            table.AddRow(row.Comparison.Name, "", "", "", Number(row.Comparison.Target), "skipped");

        Console.WriteLine($"{Machine.Processor}, {Machine.Cores} cores, {Machine.Vectors}, {Machine.Runtime}");
        Console.WriteLine("Against");
        foreach (IGrouping<string, ComparisonResult> group in results.GroupBy(result => result.TheirName))
            Console.WriteLine($"  {group.Key}: {string.Join(", ", group.Select(result => result.Comparison.Name))}");
        if (results.Any(result => result.TheirName.Contains(Python.ReferenceBlas, StringComparison.Ordinal)))
            Console.WriteLine(
                $"NOTE: with the {Python.ReferenceBlas} a library is several times slower than it could be. Install " +
                "OpenBLAS (Debian: libopenblas0-pthread) for a fair comparison.");
        Console.WriteLine(
            $"Our work per second / theirs; threads: {options.Threads}, on their side 1 where a small network is faster on it; " +
            $"rounds: {options.Rounds}.");
        // Where the output is no terminal, 80 columns are assumed, into which the names don't fit.
        AnsiConsole.Profile.Width = int.Max(AnsiConsole.Profile.Width, MinWidth);
        AnsiConsole.Write(table);
        foreach (string reason in skipped.Select(row => row.Reason).Distinct())
            Console.WriteLine($"Skipped: {reason}");
    }

    public static void WriteLines(IEnumerable<ComparisonResult> results)
    {
        foreach (ComparisonResult result in results)
            Console.WriteLine($"ratio {result.Comparison.Name} {string.Join(' ', Numbers(result))}");
    }

    private static IEnumerable<string> Numbers(ComparisonResult result) =>
        new[] { result.Median, result.Min, result.Max, result.Comparison.Target }.Select(Number);

    private static string Number(double number) => number.ToString("F2", CultureInfo.InvariantCulture);
}
