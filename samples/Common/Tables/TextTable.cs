using System.Globalization;
using Sylvan.Data.Csv;

namespace Samples.Tables;

/// <summary>
/// A table in a text file, a line a row. How its cells are separated, and whether the first line has the names of the columns, is
/// told by its first lines. Empty lines, and lines of comments (#), are no rows.
/// </summary>
public sealed class TextTable
{
    /// <summary>The rows by which separator and names are told.</summary>
    private const int Inspected = 100;

    /// <summary>In the order in which they are tried: commas last, for they may be in numbers.</summary>
    private static readonly char[] Separators = ['\t', ';', '|', ','];

    private readonly string _content;

    private TextTable(string path, string content)
    {
        (Path, _content) = (path, content);
        Separator = FindSeparator(content);
        List<string[]> first = [.. Lines().Take(Inspected)];
        if (first.Count == 0)
            throw new FormatException($"The file '{path}' is empty.");
        int columns = first.Max(cells => cells.Length);
        HasNames = FindNames(first, columns);
        Names = Distinct([.. Enumerable.Range(0, columns).Select(i =>
            HasNames && i < first[0].Length && first[0][i].Length > 0 ? first[0][i] : $"{i}")]);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What stands between two cells.</summary>
    public char Separator { get; }

    /// <summary>Whether the first line has names; without, columns are called by their numbers, from 0.</summary>
    public bool HasNames { get; }

    /// <summary>The names of the columns, no two alike.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The rows, each with a cell for every name; those that a line lacks are empty.</summary>
    /// <exception cref="FormatException">A line has more cells than there are names.</exception>
    public IEnumerable<string[]> Rows
    {
        get
        {
            int row = 0;
            foreach (string[] cells in Lines().Skip(HasNames ? 1 : 0))
            {
                if (cells.Skip(Names.Count).Any(cell => cell.Length > 0))
                    throw new FormatException(
                        $"Row {row} of '{Path}' has {cells.Length} cells, but there are {Names.Count} columns: " +
                        $"{string.Join(", ", Names)}. Write cells with a '{Separator}' in them in quotation marks.");
                row++;
                yield return [.. Names.Select((_, i) => i < cells.Length ? cells[i] : "")];
            }
        }
    }

    public static TextTable Read(string path) => new(path, TextContent.Read(path));

    /// <summary>The column of a name, else of a number from 0.</summary>
    /// <param name="column">The name or number.</param>
    /// <param name="option">The option of the command line that it is from.</param>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public int Find(string column, string option)
    {
        int named = Names.TakeWhile(name => name != column.Trim()).Count();
        if (named < Names.Count)
            return named;
        return int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < Names.Count
            ? number
            : throw new ArgumentException(
                $"The file '{Path}' has no column '{column}' ({option}); it has {string.Join(", ", Names)}" +
                (HasNames ? "." : ": numbers from 0, for it has no line of names."));
    }

    private IEnumerable<string[]> Lines()
    {
        using CsvDataReader reader = CsvDataReader.Create(
            new StringReader(_content),
            new CsvDataReaderOptions { Delimiter = Separator, HasHeaders = false, CsvStyle = CsvStyle.Lax, MaxBufferSize = 1 << 24 });
        while (reader.Read())
        {
            string[] cells = [.. Enumerable.Range(0, reader.RowFieldCount).Select(i => reader.GetString(i).Trim())];
            if (cells.Any(cell => cell.Length > 0) && !cells[0].StartsWith('#'))
                yield return cells;
        }
    }

    /// <summary>The first separator that is as often in every line; a comma where none is.</summary>
    private static char FindSeparator(string content)
    {
        List<string> lines = [];
        using StringReader reader = new(content);
        while (lines.Count < Inspected && reader.ReadLine() is { } line)
        {
            if (line.Trim().Length > 0 && !line.StartsWith('#'))
                lines.Add(line);
        }
        return Separators.FirstOrDefault(IsInEvery, ',');

        bool IsInEvery(char separator) =>
            Count(lines.FirstOrDefault(""), separator) is > 0 and var count && lines.All(line => Count(line, separator) == count);

        static int Count(string line, char separator)
        {
            (int count, bool isQuoted) = (0, false);
            foreach (char character in line)
            {
                isQuoted ^= character == '"';
                count += character == separator && !isQuoted ? 1 : 0;
            }
            return count;
        }
    }

    /// <summary>Whether the first line has names: a text above a column of numbers or times, or, where all columns are texts, ones
    /// that are not in their columns again.</summary>
    private bool FindNames(List<string[]> lines, int columns)
    {
        bool areTexts = true;
        for (int i = 0; i < columns; i++)
        {
            string[] below = [.. lines.Skip(1).Select(line => Cell(line, i)).Where(cell => !NumberText.IsMissing(cell))];
            if (below.Length == 0 || !below.All(IsValue))
                continue;
            string top = Cell(lines[0], i);
            if (!NumberText.IsMissing(top) && !IsValue(top))
                return true;
            areTexts = false;
        }
        return areTexts && Enumerable.Range(0, columns).All(i =>
            Cell(lines[0], i) is var top && !IsValue(top) && lines.Skip(1).All(line => Cell(line, i) != top || top.Length == 0));

        bool IsValue(string cell) => NumberText.TryParse(cell, Separator, out _) || TimeText.IsTime(cell);

        static string Cell(string[] line, int column) => column < line.Length ? line[column] : "";
    }

    private static string[] Distinct(string[] names)
    {
        HashSet<string> taken = [];
        for (int i = 0; i < names.Length; i++)
        {
            string name = names[i];
            for (int again = 2; !taken.Add(names[i]); again++)
                names[i] = $"{name}.{again}";
        }
        return names;
    }
}
