namespace Microsoft.ML.Data;

/// <summary>Splits one line at a time into fields. Empty fields are left out unless they stand for NaN; the last field of
/// interest ends the work.</summary>
internal sealed class FieldSplitter(FieldSyntax syntax, int lastNeeded)
{
    /// <summary>A field of the line: its column in the source and its text.</summary>
    public readonly record struct Field(int Index, ReadOnlyMemory<char> Text);

    private const int MaxIndexDigits = 9;
    private readonly List<Field> _fields = [];
    private readonly StringBuilder _unescaped = new();
    private string _line;
    private int _at, _end;
    private ReadOnlyMemory<char> _text; // of the field just read
    private int _index; // of that field, if it is sparse, else -1

    public int Count => _fields.Count;
    public long FormatErrors { get; private set; }
    public Field this[int i] => _fields[i];

    /// <summary>Splits the line and returns how many source columns it has: dense fields, then "index:value" fields whose indices
    /// count from the first sparse one. Unless the input size is declared, the last dense field is then the number of sparse
    /// columns and no value of its own.</summary>
    public int Split(string line, bool trim = true)
    {
        (_line, _at, _end) = (line, 0, trim && syntax.Trim ? line.AsSpan().TrimEnd().Length : line.Length);
        _fields.Clear();
        int column = 0, needed = lastNeeded, size = syntax.InputSize, previous = -1;
        var ahead = syntax.Sparse ? 1 : 0; // a sparse field may come, and the last dense one be a size
        bool more;
        while (true)
        {
            more = ReadField();
            if (_index >= 0) break;
            if (_text.Length > 0 || syntax.EmptyIsNaN && !syntax.Sparse) _fields.Add(new(column, _text));
            if (column++ - ahead >= needed || !more) return syntax.Sparse ? Math.Max(column, size) : column;
        }
        var dense = Count;
        if (size == 0)
        {
            if (!TryTakeSize(column, out var count)) return column;
            dense = column - 1;
            size = dense + Math.Min(count, int.MaxValue - dense - 1);
            needed = Math.Min(needed, size - 1);
        }
        for (; ; more = ReadField())
        {
            if (_index < 0 || _index <= previous || _index > needed - dense && _index >= size - dense)
            {
                FormatErrors++; // a dense field after sparse ones, indices out of order, an index beyond the size
                break;
            }
            if (_index > needed - dense + 1) break;
            previous = _index;
            if (_text.Length > 0) _fields.Add(new(dense + _index, _text));
            if (!more) break;
        }
        return size;
    }

    /// <summary>The position of the first field at or after a source column.</summary>
    public int Find(int index)
    {
        if (index < Count && _fields[index].Index == index) return index;
        int low = 0, high = Math.Min(Count, index); // indices ascend, so field i has an index of at least i
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_fields[middle].Index < index) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private bool TryTakeSize(int column, out int count)
    {
        count = 0;
        if (Count > 0 && _fields[^1].Index == column - 1
            && int.TryParse(_fields[^1].Text.Span, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0)
        {
            _fields.RemoveAt(Count - 1);
            return true;
        }
        FormatErrors++;
        return false;
    }

    /// <summary>Reads the field at _at; false if it is the last of the line.</summary>
    private bool ReadField()
    {
        if (!syntax.SpaceSeparates) SkipSpaces();
        _index = -1;
        if (syntax.Sparse && TryReadIndex() && !syntax.SpaceSeparates) SkipSpaces();
        if (_at < _end && _line[_at] == '"' && syntax.Quoting) ReadQuoted();
        else
        {
            var start = _at;
            _at = syntax.EndOfField(_line.AsSpan(0, _end), start);
            _text = _line.AsMemory(start, _at - start);
        }
        return _at++ < _end;
    }

    private void SkipSpaces()
    {
        while (_at < _end && _line[_at] == ' ') _at++;
    }

    private bool TryReadIndex()
    {
        var colon = _at;
        while (colon < _end && colon - _at < MaxIndexDigits && char.IsAsciiDigit(_line[colon])) colon++;
        if (colon == _at || colon >= _end || _line[colon] != ':') return false;
        _index = int.Parse(_line.AsSpan(_at, colon - _at), CultureInfo.InvariantCulture);
        _at = colon + 1;
        return true;
    }

    /// <summary>A quote that is never closed, or text after the closing one, empties the field.</summary>
    private void ReadQuoted()
    {
        var line = _line.AsSpan(0, _end);
        var start = ++_at;
        var legal = syntax.TryReadQuoted(line, ref _at, _unescaped.Clear());
        var length = _at - start - 1;
        for (; _at < _end && !syntax.IsSeparator(line[_at]); _at++) legal &= line[_at] == ' ';
        if (!legal) FormatErrors++;
        _text = !legal ? default : _unescaped.Length == length ? _line.AsMemory(start, length) : _unescaped.ToString().AsMemory();
    }
}
