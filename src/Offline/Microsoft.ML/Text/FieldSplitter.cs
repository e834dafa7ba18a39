using System.Globalization;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Data;

/// <summary>
/// Splits one line at a time into fields. A quoted field is unescaped in place, in the line's own buffer, so that no field
/// needs a string. Empty fields are left out unless they stand for NaN; the last field of interest ends the work.
/// </summary>
internal sealed class FieldSplitter(FieldSyntax syntax, int lastNeeded)
{
    /// <summary>A field of the line: its column in the source and its text in the buffer.</summary>
    public readonly record struct Field(int Index, int Start, int Length);

    private const int MaxIndexDigits = 9;
    private Field[] _fields = new Field[16];
    private char[] _buffer;
    private int _at, _end;
    private int _start, _length, _index; // the field just read; the index is -1 unless it is sparse

    public int Count { get; private set; }
    public int FormatErrors { get; set; }
    public ref readonly Field this[int i] => ref _fields[i];

    /// <summary>Splits buffer[start..end] and returns how many source columns the line has.</summary>
    public int Split(char[] buffer, int start, int end, bool trim = true)
    {
        (_buffer, _at, _end, Count) = (buffer, start, end, 0);
        while (trim && syntax.Trim && _end > start && char.IsWhiteSpace(buffer[_end - 1])) _end--;
        return syntax.Sparse ? SplitSparse() : SplitDense();
    }

    /// <summary>The position of the first field at or after a source column.</summary>
    public int Find(int index)
    {
        if (index < Count && _fields[index].Index == index) return index;
        int low = 0, high = Math.Min(Count, index); // indices ascend, so field i has an index of at least i
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_fields[middle].Index < index)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int SplitDense()
    {
        var column = 0;
        bool more;
        do
        {
            more = ReadField();
            if (_length > 0 || syntax.EmptyIsNaN) Add(column);
        } while (++column <= lastNeeded && more);
        return column;
    }

    /// <summary>
    /// Dense fields, then "index:value" fields whose indices count from the first sparse one. Unless the input size is
    /// declared, the last dense field is the number of sparse columns and no value of its own.
    /// </summary>
    private int SplitSparse()
    {
        int column = 0, needed = lastNeeded, size = syntax.InputSize, previous = -1;
        bool more;
        while (true)
        {
            more = ReadField();
            if (_index >= 0) break;
            if (_length > 0) Add(column);
            if (column++ > needed || !more) return Math.Max(column, size);
        }
        int dense;
        if (size > 0)
        {
            dense = Count;
        }
        else
        {
            if (!TryTakeSize(column, out var count)) return column;
            dense = column - 1;
            size = dense + Math.Min(count, int.MaxValue - dense - 1);
            needed = Math.Min(needed, size - 1);
        }
        while (true)
        {
            if (_index < 0 || _index <= previous || _index > needed - dense && _index >= size - dense)
            {
                FormatErrors++; // a dense field after sparse ones, indices out of order, an index beyond the size
                break;
            }
            if (_index > needed - dense + 1) break;
            previous = _index;
            if (_length > 0) Add(dense + _index);
            if (!more) break;
            more = ReadField();
        }
        return size;
    }

    private bool TryTakeSize(int column, out int count)
    {
        count = 0;
        var last = Count - 1;
        if (last >= 0 && _fields[last].Index == column - 1
            && int.TryParse(_buffer.AsSpan(_fields[last].Start, _fields[last].Length), NumberStyles.None,
                CultureInfo.InvariantCulture, out count) && count > 0)
        {
            Count--;
            return true;
        }
        FormatErrors++;
        return false;
    }

    private void Add(int index)
    {
        if (Count == _fields.Length) Array.Resize(ref _fields, 2 * Count);
        _fields[Count++] = new Field(index, _start, _length);
    }

    /// <summary>Reads the field at _at; false if it is the last of the line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool ReadField()
    {
        if (!syntax.SpaceSeparates) SkipSpaces();
        _index = -1;
        if (syntax.Sparse && TryReadIndex() && !syntax.SpaceSeparates) SkipSpaces();
        _start = _at;
        if (_at < _end && _buffer[_at] == '"' && syntax.Quoting)
        {
            ReadQuoted();
        }
        else
        {
            var length = _buffer.AsSpan(_at, _end - _at).IndexOfAny(syntax.SeparatorSet);
            _length = length < 0 ? _end - _at : length;
            _at += _length;
        }
        return _at++ < _end;
    }

    private void SkipSpaces()
    {
        while (_at < _end && _buffer[_at] == ' ') _at++;
    }

    private bool TryReadIndex()
    {
        var colon = _at;
        var index = 0;
        for (; colon < _end && colon - _at < MaxIndexDigits && char.IsAsciiDigit(_buffer[colon]); colon++)
            index = 10 * index + (_buffer[colon] - '0');
        if (colon == _at || colon >= _end || _buffer[colon] != ':') return false;
        _index = index;
        _at = colon + 1;
        return true;
    }

    /// <summary>A quote that is never closed, or text after the closing one, empties the field.</summary>
    private void ReadQuoted()
    {
        var to = _start = ++_at;
        var closed = false;
        while (_at < _end && !closed)
        {
            var c = _buffer[_at++];
            if (c == syntax.Escape && c != '"')
            {
                if (_at == _end) break;
                if (_buffer[_at] != '"') _buffer[to++] = c;
                c = _buffer[_at++];
            }
            else if (c == '"')
            {
                closed = syntax.Escape != '"' || _at == _end || _buffer[_at] != '"';
                if (closed) break;
                _at++;
            }
            _buffer[to++] = c;
        }
        var legal = closed;
        while (_at < _end && !syntax.SeparatorSet.Contains(_buffer[_at])) legal &= _buffer[_at++] == ' ';
        _length = legal ? to - _start : 0;
        if (!legal) FormatErrors++;
    }
}
