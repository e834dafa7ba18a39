using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Samples.TabularCategories;

/// <summary>A CSV file, compressed by gzip or not, with a line of names. What its columns hold is told by all of their values.</summary>
internal sealed class TableFile
{
    /// <summary>Whole numbers of so few values are codes rather than quantities.</summary>
    private const int MostCodes = 12;

    /// <summary>A column of texts of which more than this share occur once names its rows, and says nothing of others.</summary>
    private const double IdentifyingShare = 0.5;

    private static readonly char[] Separators = [',', ';', '\t'];

    private static readonly string[] MissingTexts = ["", "NA", "N/A", "NaN", "null", "?"];

    private readonly string _path;
    private readonly char _separator;
    private readonly string[] _names;

    private TableFile(string path, string origin)
    {
        (_path, Origin) = (Uncompressed(path), origin);
        string header = File.ReadLines(_path).FirstOrDefault() ?? throw new FormatException($"The file '{path}' is empty.");
        _separator = Separators.MaxBy(separator => header.Count(character => character == separator));
        _names = Names(Cells(new MLContext()));
    }

    /// <summary>Where the file comes from.</summary>
    public string Origin { get; }

    public static TableFile Open(string path) => File.Exists(path)
        ? new(path, path)
        : throw new FileNotFoundException($"There is no file '{path}'.", path);

    public static TableFile Of(string path, string origin) => new(path, origin);

    /// <summary>What the columns hold, but for the label.</summary>
    /// <param name="label">The column to predict.</param>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="FormatException">The label is no number, or no other column says anything.</exception>
    public TableColumns Inspect(string label)
    {
        if (!_names.Contains(label))
            throw new ArgumentException($"The file '{Origin}' has no column '{label}' (--label); it has {string.Join(", ", _names)}.");
        Dictionary<string, int>[] counts = [.. _names.Select(_ => new Dictionary<string, int>())];
        int rows = 0;
        foreach (ReadOnlyMemory<char>[] cells in Cells(new MLContext()).GetColumn<ReadOnlyMemory<char>[]>(nameof(Cells)))
        {
            rows++;
            for (int i = 0; i < Math.Min(cells.Length, counts.Length); i++)
            {
                string text = cells[i].ToString().Trim();
                if (!MissingTexts.Contains(text, StringComparer.OrdinalIgnoreCase))
                    counts[i][text] = counts[i].GetValueOrDefault(text) + 1;
            }
        }
        List<string> numbers = [], categories = [], leftOut = [];
        for (int i = 0; i < _names.Length; i++)
        {
            bool areNumbers = counts[i].Keys.All(text => float.TryParse(text, CultureInfo.InvariantCulture, out _));
            if (_names[i] == label)
            {
                if (!areNumbers)
                    throw new FormatException(
                        $"The label '{label}' has values that are no numbers, '{counts[i].Keys.First(IsNoNumber)}' for one; this sample " +
                        "predicts numbers.");
                continue;
            }
            bool areCodes = counts[i].Count <= MostCodes && counts[i].Keys.All(text => long.TryParse(text, out _));
            bool doNameRows = !areNumbers && counts[i].Values.Count(count => count == 1) > IdentifyingShare * rows;
            (counts[i].Count < 2 || doNameRows ? leftOut : areNumbers && !areCodes ? numbers : categories).Add(_names[i]);
        }
        return numbers.Count + categories.Count > 0
            ? new(label, numbers, categories, leftOut)
            : throw new FormatException($"The file '{Origin}' has no column beside '{label}' that differs from row to row and repeats.");

        static bool IsNoNumber(string text) => !float.TryParse(text, CultureInfo.InvariantCulture, out _);
    }

    /// <summary>The columns, numbers as Single and categories as text; rows without a label are left out.</summary>
    /// <exception cref="ArgumentException">A column is not in the file.</exception>
    public IDataView Load(MLContext ml, TableColumns columns)
    {
        TextLoader.Column Column(string name, DataKind kind) => Array.IndexOf(_names, name) is >= 0 and int index
            ? new(name, kind, index)
            : throw new ArgumentException($"The file '{Origin}' has no column '{name}'; it has {string.Join(", ", _names)}.");
        IDataView rows = ml.Data.CreateTextLoader(new TextLoader.Options
        {
            Columns =
            [
                Column(columns.Label, DataKind.Single), .. columns.Numbers.Select(name => Column(name, DataKind.Single)),
                .. columns.Categories.Select(name => Column(name, DataKind.String)),
            ],
            Separators = [_separator], HasHeader = true, AllowQuoting = true, MissingRealsAsNaNs = true, TrimWhitespace = true,
        }).Load(_path);
        return ml.Data.Cache(ml.Data.FilterRowsByMissingValues(rows, columns.Label));
    }

    private IDataView Cells(MLContext ml) => ml.Data.CreateTextLoader(new TextLoader.Options
    {
        Columns = [new() { Name = nameof(Cells), DataKind = DataKind.String, Source = [new(0, null)] }],
        Separators = [_separator], HasHeader = true, AllowQuoting = true,
    }, new MultiFileSource(_path)).Load(_path);

    private static string[] Names(IDataView cells)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (cells.Schema[nameof(Cells)].HasSlotNames())
            cells.Schema[nameof(Cells)].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString().Trim())];
    }

    private static string Uncompressed(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            return path;
        string copy = Path.Combine(
            Path.GetTempPath(), $"mlnetextensions-{Environment.ProcessId}-{Path.GetFileNameWithoutExtension(path)}");
        using FileStream source = File.OpenRead(path), destination = File.Create(copy);
        using GZipStream content = new(source, CompressionMode.Decompress);
        content.CopyTo(destination);
        return copy;
    }
}
