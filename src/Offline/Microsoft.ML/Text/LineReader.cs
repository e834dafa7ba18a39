namespace Microsoft.ML.Data;

/// <summary>
/// Cuts the files of a source into blocks of whole lines, without a string per line. Leaves out empty lines, lines that
/// start with "//" and, before the first other line of a file, those that start with "#"; then the header, if there is one.
/// </summary>
internal sealed class LineReader(IMultiStreamSource files, FieldSyntax syntax, bool hasHeader, long maxRows) : IDisposable
{
    /// <summary>Characters in a block: enough to be worth a task, too few for the large object heap.</summary>
    public const int BlockSize = 1 << 15;
    private TextReader _reader;
    private int _file;
    private long _line;
    private long _rows;
    private bool _preamble;
    private char[] _rest = [];

    /// <summary>The index of the file that the latest block came from.</summary>
    public int File => _file - 1;

    /// <summary>Fills the block with the next lines of one file; false at the end of the last file.</summary>
    public bool TryRead(LineBlock block)
    {
        block.Lines.Clear();
        while (_rows < maxRows && block.Lines.Count == 0)
        {
            if (_reader == null && !TryOpenNext()) break;
            Fill(block);
        }
        return block.Lines.Count > 0;
    }

    public void Dispose() => _reader?.Dispose();

    private bool TryOpenNext()
    {
        if (_file >= files.Count) return false;
        _reader = files.OpenTextReader(_file++);
        _line = 0;
        _preamble = true;
        return true;
    }

    private void Fill(LineBlock block)
    {
        var length = _rest.Length;
        if (block.Buffer.Length <= length) block.Buffer = new char[2 * length];
        _rest.CopyTo(block.Buffer, 0);
        var start = 0;
        while (start == 0)
        {
            if (length == block.Buffer.Length) Array.Resize(ref block.Buffer, 2 * length);
            var read = _reader.ReadBlock(block.Buffer, length, block.Buffer.Length - length);
            length += read;
            var atEnd = length < block.Buffer.Length;
            start = Split(block, length, atEnd);
            if (atEnd)
            {
                _reader.Dispose();
                _reader = null;
                start = length;
                break;
            }
        }
        _rest = start == length ? [] : block.Buffer[start..length];
    }

    /// <summary>Records the whole lines of Buffer[..length]; returns where the first incomplete one starts.</summary>
    private int Split(LineBlock block, int length, bool atEnd)
    {
        var start = 0;
        while (start < length && _rows < maxRows)
        {
            if (!TryFindEnd(block.Buffer.AsSpan(start, length - start), atEnd, out var size, out var next)) return start;
            _line++;
            var line = block.Buffer.AsSpan(start, size);
            if (Keep(line))
            {
                size = syntax.Multiline ? JoinLines(line) : size;
                block.Lines.Add(new LineBlock.Line(start, start + size, _line));
                _rows++;
            }
            start += next;
        }
        return start;
    }

    private bool Keep(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty || line.StartsWith("//") || _preamble && line[0] == '#') return false;
        var header = _preamble && hasHeader;
        _preamble = false;
        return !header;
    }

    /// <summary>The size of the first line and where the next one starts; false if the text ends before it does.</summary>
    private bool TryFindEnd(ReadOnlySpan<char> text, bool atEnd, out int size, out int next)
    {
        next = 0;
        var quoted = false;
        do
        {
            var first = next;
            var length = text[first..].IndexOfAny('\r', '\n');
            size = length < 0 ? text.Length : first + length;
            if (!atEnd && size + 1 >= text.Length && (length < 0 || text[size] == '\r')) return false;
            next = size == text.Length ? size : size + (text[size..].StartsWith("\r\n") ? 2 : 1);
            if (!syntax.Multiline || first == 0 && IsComment(text[..size])) return true;
            quoted = syntax.EndsInQuotes(text[first..size], quoted);
            if (quoted && next == text.Length)
                return !atEnd ? false : throw new EndOfStreamException($"A quoted field after line {_line} is never closed");
        } while (quoted);
        return true;
    }

    private bool IsComment(ReadOnlySpan<char> line) => line.StartsWith("//") || _preamble && line.StartsWith('#');

    /// <summary>Makes each line break inside the quotes a single "\n", in place; returns the new size.</summary>
    private static int JoinLines(Span<char> line)
    {
        var to = 0;
        for (var from = 0; from < line.Length; from++)
        {
            if (line[from] == '\r' && from + 1 < line.Length && line[from + 1] == '\n') continue;
            line[to++] = line[from] == '\r' ? '\n' : line[from];
        }
        return to;
    }
}

/// <summary>A piece of a text file: whole lines in one buffer.</summary>
internal sealed class LineBlock(int capacity)
{
    /// <summary>A line is Buffer[Start..End]; Number counts the lines of the file from 1, skipped ones included.</summary>
    public readonly record struct Line(int Start, int End, long Number);

    public char[] Buffer = new char[capacity];
    public readonly List<Line> Lines = [];
    public ReadOnlySpan<char> this[int line] => Buffer.AsSpan(Lines[line].Start, Lines[line].End - Lines[line].Start);
}
