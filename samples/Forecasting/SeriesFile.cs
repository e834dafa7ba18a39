using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Samples.Forecasting;

/// <summary>A CSV file of series: a line of names, then a line a step.</summary>
internal sealed class SeriesFile
{
    private const string RelativePath = "series/ETTh1.csv", Times = "date";

    private static readonly PublicFile Public = new(
        new("https://raw.githubusercontent.com/zhouhaoyi/ETDataset/main/ETT-small/ETTh1.csv"),
        "f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066");

    private readonly string _path;
    private readonly string[] _names;

    private SeriesFile(string path, string origin, string? timeColumn, IReadOnlyList<string> series, bool isBenchmark)
    {
        (_path, Origin, IsBenchmark) = (path, origin, isBenchmark);
        using StreamReader reader = new(path);
        _names = Cells(reader.ReadLine());
        string[] first = Cells(reader.ReadLine());
        if (first.Length != _names.Length)
            throw new FormatException($"The file '{path}' needs a line of names and one for each step, with a value for each name.");
        TimeColumn = timeColumn is null ? null : Known(timeColumn, "--time");
        Series = series.Count > 0
            ? [.. series.Select(name => Known(name, "--series"))]
            : [.. _names.Where((name, i) => name != timeColumn && float.TryParse(first[i], CultureInfo.InvariantCulture, out _))];
        if (Series.Count == 0)
            throw new FormatException($"The file '{path}' has no column of numbers; it has {string.Join(", ", _names)}.");
    }

    /// <summary>Where the file comes from.</summary>
    public string Origin { get; }

    /// <summary>Whether it is ETTh1, for which results are published.</summary>
    public bool IsBenchmark { get; }

    /// <summary>The column of times; null when there is none.</summary>
    public string? TimeColumn { get; }

    /// <summary>The columns to forecast.</summary>
    public IReadOnlyList<string> Series { get; }

    /// <summary>The file that the command line names, else ETTh1, else one that is made up.</summary>
    /// <param name="path">The file; null for ETTh1.</param>
    /// <param name="timeColumn">The column of times.</param>
    /// <param name="series">The columns to forecast; all numbers when empty.</param>
    public static async Task<SeriesFile> FindAsync(string? path, string? timeColumn, IReadOnlyList<string> series)
    {
        (string? found, string origin) = await SampleData.FindAsync(path, RelativePath, Public);
        if (path is not null)
            return new(found!, origin, timeColumn, series, isBenchmark: false);
        if (found is not null)
            return new(found, origin, timeColumn ?? Times, series, isBenchmark: series.Count == 0);
        string generated = Path.Combine(Path.GetTempPath(), "mlnetextensions-synthetic-series.csv");
        SyntheticSeries.Write(generated, Times);
        return new(generated, $"GENERATED series, not measured ones: {origin}", Times, [], isBenchmark: false);
    }

    /// <summary>The columns of series and time.</summary>
    public IDataView Load(MLContext ml)
    {
        TextLoader.Column[] columns = [.. Series.Select(name => new TextLoader.Column(name, DataKind.Single, Array.IndexOf(_names, name)))];
        if (TimeColumn is not null)
            columns = [.. columns, new(TimeColumn, DataKind.DateTime, Array.IndexOf(_names, TimeColumn))];
        return ml.Data.LoadFromTextFile(_path, columns, separatorChar: ',', hasHeader: true, allowQuoting: true);
    }

    private static string[] Cells(string? line) => [.. (line ?? "").Split(',').Select(cell => cell.Trim().Trim('"'))];

    private string Known(string name, string option) => _names.Contains(name)
        ? name
        : throw new ArgumentException($"The file '{_path}' has no column '{name}' ({option}); it has {string.Join(", ", _names)}.");
}
