using System.Globalization;
using Spectre.Console;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>Says what was measured: a table to read, lines for scripts.</summary>
internal static class Report
{
    public static void WriteTable(IReadOnlyList<ComparisonResult> results, ComparisonOptions options)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("NAME").NoWrap());
        foreach (string column in (string[])["MEDIAN", "MIN", "MAX", "TARGET"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        table.AddColumn("");
        foreach (ComparisonResult result in results)
            table.AddRow([result.Comparison.Name, .. Numbers(result), result.ReachesTarget ? "reached" : "short"]);

        Console.WriteLine($"{Machine.Processor}, {Machine.Cores} cores, {Machine.Vectors}, {Machine.Runtime}");
        Console.WriteLine($"Against {string.Join("; ", results.Select(result => result.TheirName).Distinct())}.");
        if (results.Any(result => result.TheirName.Contains(PythonWorker.ReferenceBlas, StringComparison.Ordinal)))
            Console.WriteLine(
                $"NOTE: with the {PythonWorker.ReferenceBlas} a library is several times slower than it could be. Install " +
                "OpenBLAS (Debian: libopenblas0-pthread) for a fair comparison.");
        Console.WriteLine($"Our work per second / theirs; threads a side: {options.Threads}; rounds: {options.Rounds}.");
        AnsiConsole.Write(table);
    }

    public static void WriteLines(IEnumerable<ComparisonResult> results)
    {
        foreach (ComparisonResult result in results)
            Console.WriteLine($"ratio {result.Comparison.Name} {string.Join(' ', Numbers(result))}");
    }

    private static IEnumerable<string> Numbers(ComparisonResult result) =>
        new[] { result.Median, result.Min, result.Max, result.Comparison.Target }
            .Select(number => number.ToString("F2", CultureInfo.InvariantCulture));
}
