using Samples.Tables;

namespace Samples.Forecasting;

/// <summary>A column of a table: its cells as numbers, NaN where they are none.</summary>
internal sealed class SeriesColumn
{
    /// <summary>The share of numbers from which on a column of them has cells that are wrong rather than texts.</summary>
    private const double NumbersShare = 0.9;

    private readonly List<float> _values = [];

    private readonly bool _isTime;

    /// <summary>The cells as they are, of columns that are times or may be.</summary>
    private List<string> _texts = [];

    private int _numbers, _strange;
    private (string Text, int Row) _firstStrange;

    private SeriesColumn(string name, bool isTime) => (Name, _isTime) = (name, isTime);

    public string Name { get; }

    public int Count => _values.Count;

    /// <summary>Whether all cells are times, written as no number is.</summary>
    public bool AreTimes => _numbers == 0 && Count > 0 && _texts.All(TimeText.IsTime);

    /// <summary>Why the column is no series to forecast; null if it is one.</summary>
    /// <exception cref="FormatException">It has numbers but for a few cells.</exception>
    public string? WhyNotForecast
    {
        get
        {
            if (_numbers == 0)
                return _strange > 0 ? $"it has texts ('{_firstStrange.Text}')" : "it is empty";
            if (_strange > 0)
            {
                RequireFew();
                return $"it has texts ('{_firstStrange.Text}' in row {_firstStrange.Row}) beside numbers";
            }
            float first = _values.Find(float.IsFinite);
            if (_values.TrueForAll(value => !float.IsFinite(value) || value == first))
                return $"all of it is {first}";
            bool isCount = Count > 2 && float.IsInteger(first) && _values.Zip(_values.Skip(1)).All(pair => pair.Second == pair.First + 1);
            return isCount ? "it numbers the rows" : null;
        }
    }

    public float this[int row] => _values[row];

    /// <summary>The columns of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="times">The numbers of those that are times.</param>
    /// <param name="missing">What stands for a missing value too.</param>
    public static SeriesColumn[] Read(TextTable table, IReadOnlyList<int> times, IReadOnlyList<string> missing)
    {
        SeriesColumn[] columns = [.. table.Names.Select((name, i) => new SeriesColumn(name, times.Contains(i)))];
        foreach (string[] row in table.Rows)
        {
            for (int i = 0; i < columns.Length; i++)
                columns[i].Add(row[i], table.Separator, missing);
        }
        return columns[0].Count > 0
            ? columns
            : throw new FormatException($"The file '{table.Path}' has no rows below its names: {string.Join(", ", table.Names)}.");
    }

    /// <summary>The cells of several columns, with a space between.</summary>
    public static IReadOnlyList<string> Join(SeriesColumn[] columns) => columns.Length == 1
        ? columns[0]._texts
        : [.. Enumerable.Range(0, columns[0].Count).Select(row => string.Join(' ', columns.Select(column => column._texts[row])))];

    /// <summary>The column itself, which is named to be forecast.</summary>
    /// <exception cref="FormatException">A cell is no number.</exception>
    public SeriesColumn RequireNumbers() => _strange == 0 && _numbers > 0
        ? this
        : throw new FormatException(
            $"The column '{Name}' (--series) has " + (_numbers == 0 && _strange == 0 ? "no values." : $"'{_firstStrange.Text}' in row " +
            $"{_firstStrange.Row}, which is no number. If it stands for a missing value: --missing \"{_firstStrange.Text}\"."));

    private void RequireFew()
    {
        if (_numbers >= NumbersShare * (_numbers + _strange))
            throw new FormatException(
                $"The column '{Name}' is one of numbers but for '{_firstStrange.Text}' in row {_firstStrange.Row}. If that stands for a " +
                $"missing value: --missing \"{_firstStrange.Text}\"; else name the columns to forecast (--series).");
    }

    private void Add(string cell, char separator, IReadOnlyList<string> missing)
    {
        if (_isTime || _numbers == 0)
            _texts.Add(cell);
        float value = float.NaN;
        if (!NumberText.IsMissing(cell) && !missing.Contains(cell))
        {
            if (NumberText.TryParse(cell, separator, out value))
            {
                if (_numbers++ == 0 && !_isTime)
                    _texts = [];
            }
            else
            {
                if (_strange++ == 0)
                    _firstStrange = (cell, Count);
                value = float.NaN;
            }
        }
        _values.Add(value);
    }
}
