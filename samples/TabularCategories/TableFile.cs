using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Samples.Tables;

namespace Samples.TabularCategories;

/// <summary>A table in a file, compressed by gzip or not. What its columns hold is told by all of their values.</summary>
internal sealed class TableFile
{
    private readonly TextTable _table;

    private TableFile(string path, string origin) => (_table, Origin) = (TextTable.Read(path), origin);

    /// <summary>Where the file comes from.</summary>
    public string Origin { get; }

    public static TableFile Open(string path) => File.Exists(path)
        ? new(path, path)
        : throw new FileNotFoundException($"There is no file '{path}'.", path);

    public static TableFile Of(string path, string origin) => new(path, origin);

    /// <summary>What the columns hold.</summary>
    /// <param name="label">The column to predict, by name or number from 0.</param>
    /// <param name="task">What it holds; null to take texts, and numbers of two values, for classes.</param>
    /// <exception cref="ArgumentException">There is no such column, or it has a name that models give.</exception>
    /// <exception cref="FormatException">The label is not what it is said to be, or no other column says anything.</exception>
    public TableColumns Inspect(string label, TableTaskKind? task)
    {
        int labelled = _table.Find(label, "--label");
        ColumnProfile[] profiles = Profiles();
        ColumnProfile target = profiles[labelled];
        bool areClasses = task is { } asked ? asked == TableTaskKind.Classification : !target.AreNumbers || target.Values.Count == 2;
        if (target.Name is "Score" or "PredictedLabel")
            throw new ArgumentException($"Models add a column '{target.Name}' of their own: give the label of '{Origin}' another name.");
        if (target.Values.Count < 2)
            throw new FormatException($"The label '{target.Name}' has no two values: {string.Join(", ", target.Values)}.");
        if (!areClasses && !target.AreNumbers)
            throw new FormatException($"The label '{target.Name}' has '{target.FirstText}', which is no number: --task classification.");
        if (areClasses && target.SaysNothing)
            throw new FormatException(
                $"The label '{target.Name}' has {target.Values.Count} classes, most of them of one row: '{target.Values.First()}' for one.");
        List<string> numbers = [], categories = [], leftOut = [];
        foreach (ColumnProfile profile in profiles.Where(profile => profile != target))
            (profile.SaysNothing ? leftOut : profile.AreNumbers && !profile.AreCodes ? numbers : categories).Add(profile.Name);
        return numbers.Count + categories.Count > 0
            ? new(target.Name, areClasses ? [.. target.Values] : null, numbers, categories, leftOut)
            : throw new FormatException(
                $"The file '{Origin}' has no column beside '{target.Name}' that differs from row to row and repeats.");
    }

    /// <summary>The columns, numbers as Single and categories as text; rows without a label are left out.</summary>
    /// <exception cref="ArgumentException">A column is not in the file.</exception>
    /// <exception cref="FormatException">A cell of a column of numbers is none, a class is not one of those known, or no row has a
    /// label.</exception>
    public IDataView Load(MLContext ml, TableColumns columns)
    {
        string[] numbers = columns.Classes is null ? [columns.Label, .. columns.Numbers] : [.. columns.Numbers];
        string[] texts = columns.Classes is null ? [.. columns.Categories] : [columns.Label, .. columns.Categories];
        StringBuilder rows = Write(columns, numbers, texts);
        if (rows.Length == 0)
            throw new FormatException($"The file '{Origin}' has no row with a label '{columns.Label}'.");
        TextLoader.Column[] loaded =
        [
            .. numbers.Select((name, i) => new TextLoader.Column(name, DataKind.Single, i)),
            .. texts.Select((name, i) => new TextLoader.Column(name, DataKind.String, numbers.Length + i)),
        ];
        TextLoader loader = ml.Data.CreateTextLoader(
            new TextLoader.Options { Columns = loaded, Separators = ['\t'], AllowQuoting = true, MissingRealsAsNaNs = true });
        return ml.Data.Cache(loader.Load(new TextSource($"{rows}")));
    }

    /// <summary>The rows that have a label as ML.NET reads them: numbers with a point, quoted texts, nothing where a value is missing.</summary>
    private StringBuilder Write(TableColumns columns, string[] numbers, string[] texts)
    {
        int label = Position(columns.Label);
        int[] places = [.. numbers.Concat(texts).Select(Position)];
        HashSet<string>? classes = columns.Classes?.ToHashSet();
        StringBuilder text = new();
        int row = -1;
        foreach (string[] cells in _table.Rows)
        {
            row++;
            if (NumberText.IsMissing(cells[label]))
                continue;
            if (classes?.Contains(cells[label]) == false)
                throw new FormatException(
                    $"The file '{Origin}' has '{cells[label]}' in row {row} of the label '{columns.Label}', which is none of the classes " +
                    $"of the rows to learn from: {string.Join(", ", columns.Classes!)}.");
            text.AppendJoin('\t', places.Select((place, i) => i < numbers.Length ? Number(place) : Quoted(cells[place]))).Append('\n');

            string Number(int place) => NumberText.IsMissing(cells[place])
                ? ""
                : NumberText.TryParse(cells[place], _table.Separator, out float value)
                    ? value.ToString("R", CultureInfo.InvariantCulture)
                    : throw new FormatException(
                        $"The file '{Origin}' has '{cells[place]}' in row {row} of the column '{_table.Names[place]}', which holds numbers.");
        }
        return text;

        static string Quoted(string cell) => NumberText.IsMissing(cell)
            ? ""
            : $"\"{cell.Replace("\"", "\"\"").Replace('\r', ' ').Replace('\n', ' ')}\"";
    }

    private ColumnProfile[] Profiles()
    {
        ColumnProfile[] profiles = [.. _table.Names.Select(name => new ColumnProfile(name, _table.Separator))];
        foreach (string[] cells in _table.Rows)
        {
            for (int i = 0; i < profiles.Length; i++)
                profiles[i].Add(cells[i]);
        }
        return profiles;
    }

    private int Position(string name) => _table.Names.ToList().IndexOf(name) is >= 0 and int position
        ? position
        : throw new ArgumentException($"The file '{Origin}' has no column '{name}'; it has {string.Join(", ", _table.Names)}.");
}
