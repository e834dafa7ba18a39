using System.Globalization;
using Samples.Tables;
using Sylvan.Data.Csv;

namespace Samples.TextClassification;

/// <summary>
/// A file of texts and their classes: a table with tabs or commas, with a line of names or without, in UTF-8 or Latin-1; or
/// questions in the form of TREC, <c>CLASS:subclass question</c>.
/// </summary>
internal static class TextFile
{
    /// <summary>The ending of files in the form of TREC.</summary>
    private const string TrecEnding = ".label";

    /// <summary>Reads the texts that have a class; how many had none is said.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">The column of classes, by its name or by its number from 0; null where the file is in the form of
    /// TREC.</param>
    /// <param name="text">The column of texts, likewise.</param>
    /// <exception cref="FormatException">The file has no such column, or no line.</exception>
    public static IReadOnlyList<LabelledText> Read(string path, string? label, string? text)
    {
        string content = TextContent.Read(path);
        IReadOnlyList<LabelledText> texts = label is null || text is null
            ? path.EndsWith(TrecEnding, StringComparison.OrdinalIgnoreCase)
                ? ReadQuestions(path, content)
                : throw new ArgumentException($"Say which columns of '{path}' are class and text: --label COLUMN --text COLUMN.")
            : ReadTable(path, content, label, text);
        LabelledText[] known = [.. texts.Where(row => row.Category.Length > 0)];
        if (known.Length < texts.Count)
            Console.WriteLine($"{texts.Count - known.Length} lines of {path} have no class and are left out");
        return known.Length > 0 ? known : throw new FormatException($"The file '{path}' has no line with a class.");
    }

    private static List<LabelledText> ReadQuestions(string path, string content)
    {
        List<LabelledText> texts = [];
        foreach (string line in content.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.IndexOf(' ') is not (> 0 and var space) || line.IndexOf(':', 0, space) is not (> 0 and var colon))
                throw new FormatException($"'{line}' in '{path}' is not of the form CLASS:subclass question.");
            texts.Add(new() { Category = line[..colon], Text = line[(space + 1)..] });
        }
        return texts;
    }

    private static List<LabelledText> ReadTable(string path, string content, string label, string text)
    {
        string firstLine = content[..(content.IndexOf('\n') is >= 0 and var end ? end : content.Length)];
        List<string[]> rows = firstLine.Contains('\t') ? TabRows(content) : CommaRows(content);
        if (rows.Count == 0)
            throw new FormatException($"The file '{path}' is empty.");
        (int labelColumn, bool isLabelNamed) = Find(label, "--label");
        (int textColumn, bool isTextNamed) = Find(text, "--text");
        // Without a name nothing but the classes tells: the name of their column is not one of them.
        bool hasNames = isLabelNamed || isTextNamed
            || (rows.Count > 1 && !rows.Skip(1).Any(row => Cell(row, labelColumn) == Cell(rows[0], labelColumn)));
        return [.. rows.Skip(hasNames ? 1 : 0).Select(row => new LabelledText
        {
            Category = Cell(row, labelColumn).Trim(), Text = Cell(row, textColumn),
        })];

        (int Column, bool IsNamed) Find(string column, string option)
        {
            // A number is one, also where a cell of the first line, a class for instance, reads the same.
            if (int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < rows[0].Length)
                return (number, false);
            int named = Array.FindIndex(rows[0], cell => cell.Trim().Equals(column, StringComparison.OrdinalIgnoreCase));
            return named >= 0
                ? (named, true)
                : throw new FormatException(
                    $"The file '{path}' has no column '{column}' ({option}); its first line has {rows[0].Length}, numbered from 0: " +
                    $"{string.Join(", ", rows[0].Select(cell => $"'{(cell.Length > 40 ? cell[..40] + "…" : cell)}'"))}.");
        }
    }

    private static string Cell(string[] row, int column) => column < row.Length ? row[column] : "";

    private static List<string[]> TabRows(string content) =>
    [
        .. content.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0)
            .Select(line => line.Split('\t').Select(Unquote).ToArray()),
    ];

    // In tables with tabs quotation marks are text, unless a whole cell is quoted and those in it are doubled.
    private static string Unquote(string cell) =>
        cell is ['"', .. var inner, '"'] && !inner.Replace("\"\"", "").Contains('"') ? inner.Replace("\"\"", "\"") : cell;

    private static List<string[]> CommaRows(string content)
    {
        using CsvDataReader reader = CsvDataReader.Create(
            new StringReader(content),
            new CsvDataReaderOptions { Delimiter = ',', HasHeaders = false, CsvStyle = CsvStyle.Lax, MaxBufferSize = 1 << 24 });
        List<string[]> rows = [];
        while (reader.Read())
        {
            string[] row = [.. Enumerable.Range(0, reader.RowFieldCount).Select(reader.GetString)];
            if (row.Any(cell => cell.Length > 0))
                rows.Add(row);
        }
        return rows;
    }
}
