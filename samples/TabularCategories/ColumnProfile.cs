using System.Globalization;
using Samples.Tables;

namespace Samples.TabularCategories;

/// <summary>What the cells of a column have in common.</summary>
internal sealed class ColumnProfile(string name, char separator)
{
    /// <summary>Whole numbers of so few values are codes rather than quantities.</summary>
    private const int MostCodes = 12;

    /// <summary>A column of texts of which more than this share occur once names its rows, and says nothing of others.</summary>
    private const double IdentifyingShare = 0.5;

    private readonly Dictionary<string, int> _counts = [];

    private int _rows;
    private long? _last;
    private bool _counting = true;

    public string Name => name;

    /// <summary>The different values, in the order in which they came.</summary>
    public IReadOnlyCollection<string> Values => _counts.Keys;

    public bool AreNumbers => _counts.Keys.All(IsNumber);

    /// <summary>The first value that is no number.</summary>
    public string FirstText => _counts.Keys.First(text => !IsNumber(text));

    public bool AreCodes =>
        _counts.Count <= MostCodes && _counts.Keys.All(text => long.TryParse(text, CultureInfo.InvariantCulture, out _));

    /// <summary>Whether the column says nothing of rows that are not in it.</summary>
    public bool SaysNothing =>
        _counts.Count < 2 || (_counting && _rows > 2)
        || (!AreNumbers && _counts.Values.Count(count => count == 1) > IdentifyingShare * _rows);

    public void Add(string cell)
    {
        _rows++;
        long? whole = long.TryParse(cell, CultureInfo.InvariantCulture, out long number) ? number : null;
        _counting &= whole is not null && (_rows == 1 || whole == _last + 1);
        _last = whole;
        if (!NumberText.IsMissing(cell))
            _counts[cell] = _counts.GetValueOrDefault(cell) + 1;
    }

    private bool IsNumber(string text) => NumberText.TryParse(text, separator, out _);
}
