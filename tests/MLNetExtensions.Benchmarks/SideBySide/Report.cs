using System.Globalization;
using System.Reflection;
using System.Text;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using Spectre.Console;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>Says what was measured: a table to read, lines for scripts, a CSV file to keep.</summary>
internal static class Report
{
    public static void WriteTable(IEnumerable<ComparisonResult> results, ComparisonOptions options)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("NAME").NoWrap());
        foreach (string column in (string[])["MEDIAN", "MIN", "MAX", "TARGET"])
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        table.AddColumn("").AddColumn("AGAINST");
        foreach (ComparisonResult result in results)
        {
            table.AddRow(
                result.Comparison.Name, Format(result.Median), Format(result.Min), Format(result.Max), Format(result.Comparison.Target),
                result.ReachesTarget ? "reached" : "short", Markup.Escape(result.TheirName));
        }
        Console.WriteLine(
            $"{Machine.Processor}, {Machine.Cores} cores, {Machine.Vectors}, {Machine.Runtime}; " +
            $"{options.Threads} threads a side, {options.Rounds} rounds; our work per second / theirs:");
        AnsiConsole.Write(table);
    }

    public static void WriteLines(IEnumerable<ComparisonResult> results)
    {
        foreach (ComparisonResult result in results)
            Console.WriteLine(
                $"ratio {result.Comparison.Name} {Format(result.Median)} {Format(result.Min)} {Format(result.Max)} {Format(result.Comparison.Target)}");
    }

    /// <exception cref="IOException">The file can't be written; an earlier one is as it was.</exception>
    public static void SaveCsv(string path, IEnumerable<ComparisonResult> results, ComparisonOptions options)
    {
        StringBuilder csv = new();
        AppendRow(
            csv, "name", "median", "min", "max", "target", "ours", "theirs", "ours_per_second", "theirs_per_second", "unit", "threads", "rounds",
            "seconds", "processor", "cores", "vectors", "system", "runtime", "version", "date");
        string version = typeof(ManagedEngine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        foreach (ComparisonResult result in results)
        {
            AppendRow(
                csv, result.Comparison.Name, result.Median, result.Min, result.Max, result.Comparison.Target, result.OurName, result.TheirName,
                result.MedianOf(round => round.Ours), result.MedianOf(round => round.Theirs), result.Comparison.Unit, options.Threads,
                options.Rounds, options.Seconds, Machine.Processor, Machine.Cores, Machine.Vectors, Machine.System, Machine.Runtime, version, date);
        }
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(csv.ToString())));
    }

    private static string Format(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture);

    private static void AppendRow(StringBuilder csv, params IEnumerable<object> values) =>
        csv.AppendJoin(',', values.Select(value => value switch
        {
            double number => number.ToString("G6", CultureInfo.InvariantCulture),
            string text when text.AsSpan().ContainsAny(",\"\n") => $"\"{text.Replace("\"", "\"\"")}\"",
            _ => value.ToString(),
        })).Append('\n');
}
