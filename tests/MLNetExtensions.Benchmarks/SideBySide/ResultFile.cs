using System.Globalization;
using System.Reflection;
using System.Text;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;

namespace MLNetExtensions.Benchmarks.SideBySide;

/// <summary>Keeps results as CSV, each row with all that is needed to judge it later.</summary>
internal static class ResultFile
{
    /// <exception cref="IOException">The file can't be written; an earlier one is as it was.</exception>
    public static void Save(string path, IEnumerable<ComparisonResult> results, ComparisonOptions options)
    {
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string? version = typeof(ManagedEngine).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        (string Name, Func<ComparisonResult, object?> Value)[] columns =
        [
            ("name", result => result.Comparison.Name),
            ("median", result => result.Median),
            ("min", result => result.Min),
            ("max", result => result.Max),
            ("target", result => result.Comparison.Target),
            ("ours", result => result.OurName),
            ("theirs", result => result.TheirName),
            ("ours_per_second", result => result.MedianOf(round => round.Ours)),
            ("theirs_per_second", result => result.MedianOf(round => round.Theirs)),
            ("unit", result => result.Comparison.Unit),
            ("threads", _ => options.Threads),
            ("rounds", _ => options.Rounds),
            ("seconds", _ => options.Seconds),
            ("processor", _ => Machine.Processor),
            ("cores", _ => Machine.Cores),
            ("vectors", _ => Machine.Vectors),
            ("system", _ => Machine.System),
            ("runtime", _ => Machine.Runtime),
            ("version", _ => version),
            ("date", _ => date),
        ];

        StringBuilder csv = new StringBuilder().AppendJoin(',', columns.Select(column => column.Name)).Append('\n');
        foreach (ComparisonResult result in results)
            csv.AppendJoin(',', columns.Select(column => Field(column.Value(result)))).Append('\n');
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(csv.ToString())));
    }

    private static string? Field(object? value) => value switch
    {
        double number => number.ToString("G6", CultureInfo.InvariantCulture),
        string text when text.AsSpan().ContainsAny(",\"\n") => $"\"{text.Replace("\"", "\"\"")}\"",
        _ => value?.ToString(),
    };
}
