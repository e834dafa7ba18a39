using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Data;

/// <summary>
/// Reads the rows of text files. Text is read by the cursor's thread, in blocks of lines; with threads, worker tasks parse
/// the next blocks while the rows of the first are served.
/// </summary>
internal sealed class TextCursor : DataViewRowCursor
{
    private const int MinRowsPerThread = 64;
    private const int MaxThreads = 8; // one thread cannot read text for more
    private const int BlocksPerThread = 4;
    private readonly TextLoader _loader;
    private readonly bool[] _active;
    private readonly int _lastNeeded;
    private readonly int _threads;
    private readonly int _blocksAhead;
    private readonly bool _keepsText; // values are slices of a block's text, which must then stay as it is
    private readonly LineReader _reader;
    private readonly Queue<(RowBlock Block, Task Parsed)> _ahead = [];
    private readonly Stack<RowBlock> _free = [];
    private RowBlock _block;
    private int _row;
    private long _position = -1;
    private long _badValues, _formatErrors;
    private Exception _readError;
    private bool _atEnd;

    public TextCursor(TextLoader loader, IMultiStreamSource files, IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        _loader = loader;
        _active = Schema.Mask(columnsNeeded);
        SourceColumn[] needed = [.. loader.Columns.Where((_, i) => _active[i])];
        _lastNeeded = needed.SelectMany(c => c.Segments).Select(s => s.Limit).Append(1).Max() - 1;
        if (loader.Syntax.InputSize > 0) _lastNeeded = Math.Min(_lastNeeded, loader.Syntax.InputSize - 1);
        _keepsText = needed.Any(c => c.ItemType is TextDataViewType);
        var threads = Math.Clamp(Environment.ProcessorCount - 1, 2, MaxThreads);
        _threads = loader.UseThreads ? (int)Math.Clamp(loader.MaxRows / MinRowsPerThread, 1, threads) : 1;
        _blocksAhead = _threads == 1 ? 1 : BlocksPerThread * _threads;
        _reader = new LineReader(files, loader.Syntax, loader.HasHeader, loader.MaxRows);
    }

    public override long Position => _position;
    public override long Batch => 0;
    public override DataViewSchema Schema => _loader.GetOutputSchema();
    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        CheckOnRow();
        value = new DataViewRowId((ulong)_position, 0);
    };

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Contracts.CheckParam(column.Index < _active.Length, nameof(column), "requested column not valid.");
        Contracts.Check(_active[column.Index], $"Column '{column.Name}' is not active in this cursor");
        Contracts.Check(typeof(TValue) == column.Type.RawType,
            $"Column '{column.Name}' is {column.Type}, not to be read as {typeof(TValue)}.");
        var index = column.Index;
        return (ref TValue value) =>
        {
            CheckOnRow();
            Unsafe.As<CellColumn<TValue>>(_block.Columns[index]).Get(_row, ref value);
        };
    }

    public override bool MoveNext()
    {
        while (!_atEnd && (_block == null || ++_row >= _block.Rows)) MoveToNextBlock();
        if (_atEnd)
        {
            _position = -1;
            Dispose();
            return false;
        }
        _position++;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        _atEnd = true;
        _reader.Dispose();
        if (_badValues + _formatErrors == 0) return;
        using var channel = _loader.Environment.Start("ParseStats");
        channel.Info(MessageSensitivity.None, "Processed the rows of a text file with {0} bad values and {1} format errors",
            _badValues, _formatErrors);
    }

    private void CheckOnRow() => Contracts.Check(_position >= 0,
        "Values cannot be fetched at this time: the cursor has not started moving, or is at the end.");

    private void MoveToNextBlock()
    {
        if (_block != null) Finish(_block);
        _block = null;
        ReadAhead();
        if (!_ahead.TryDequeue(out var next))
        {
            _atEnd = true;
            if (_readError != null) throw new FormatException("Stream reading encountered exception", _readError);
            return;
        }
        next.Parsed.GetAwaiter().GetResult();
        ReadAhead();
        (_block, _row) = (next.Block, -1);
    }

    private void Finish(RowBlock block)
    {
        if (block.Error is { } error)
        {
            _atEnd = true;
            if (_threads == 1) ExceptionDispatchInfo.Throw(error);
            throw new FormatException($"Parsing failed with an exception: {error.Message}", error);
        }
        if (_keepsText) block.Text.Buffer = new char[LineReader.BlockSize];
        _free.Push(block);
        _badValues += block.BadValues;
        _formatErrors += block.FormatErrors;
    }

    private void ReadAhead()
    {
        while (_ahead.Count < _blocksAhead && _readError == null)
        {
            var block = _free.TryPop(out var used) ? used : new RowBlock(_loader, _active, _lastNeeded);
            try
            {
                if (!_reader.TryRead(block.Text)) return;
            }
            catch (Exception e)
            {
                _readError = e;
                return;
            }
            if (_threads == 1) block.Parse();
            _ahead.Enqueue((block, _threads == 1 ? Task.CompletedTask : Task.Run(block.Parse)));
        }
    }
}

/// <summary>A block of lines and the rows parsed from it. Only active columns are parsed.</summary>
internal sealed class RowBlock(TextLoader loader, bool[] active, int lastNeeded)
{
    private readonly FieldSplitter _fields = new(loader.Syntax, lastNeeded);
    public readonly LineBlock Text = new(LineReader.BlockSize);

    /// <summary>By column of the schema, null where not active.</summary>
    public readonly CellColumn[] Columns =
        [.. loader.Columns.Select((c, i) => active[i] ? CellColumn.Create(c, loader.Syntax) : null)];

    /// <summary>The rows before the first one that could not be parsed.</summary>
    public int Rows { get; private set; }

    /// <summary>Why the row after the last one could not be parsed.</summary>
    public Exception Error { get; private set; }
    public int BadValues => Columns.Sum(c => c?.BadValues ?? 0);
    public int FormatErrors => _fields.FormatErrors;

    public void Parse()
    {
        Rows = _fields.FormatErrors = 0;
        CellColumn[] columns = [.. Columns.Where(c => c != null)];
        foreach (var column in columns) column.Clear();
        try
        {
            foreach (var line in Text.Lines)
            {
                var count = _fields.Split(Text.Buffer, line.Start, line.End);
                foreach (var column in columns) column.Add(Text.Buffer, _fields, count, line.Number);
                Rows++;
            }
        }
        catch (Exception e)
        {
            Error = e;
        }
    }
}
