using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Data;

/// <summary>Reads the rows of text files. Lines are read by the cursor's thread, in blocks; with threads, worker tasks parse the
/// next blocks while the rows of the first are served.</summary>
internal sealed class TextCursor : StoredCursor
{
    private const int LinesPerBlock = 128;
    private const int MaxThreads = 8; // one thread cannot read text for more
    private const int BlocksPerThread = 4;
    private readonly TextLoader _loader;
    private readonly List<TextBlock> _blocks = [];
    private readonly IEnumerator<TextBlock> _served;
    private int _row = -1;

    public TextCursor(TextLoader loader, IMultiStreamSource files, bool[] active) : base(loader.GetOutputSchema(), active)
    {
        _loader = loader;
        _served = Blocks(files).GetEnumerator();
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        GetSlot();
        value = new((ulong)Position, 0);
    };

    protected override RowStore GetStore(int column) => _served.Current.Columns[column];

    protected override int NextSlot()
    {
        for (_row++; _row >= (_served.Current?.Rows ?? 0); _row = 0)
            if (!_served.MoveNext()) return -1;
        return _row;
    }

    protected override void Dispose(bool disposing)
    {
        _served.Dispose();
        var (badValues, formatErrors) = (_blocks.Sum(b => b.BadValues), _blocks.Sum(b => b.FormatErrors));
        if (badValues + formatErrors == 0) return;
        using var channel = _loader.Environment.Start("ParseStats");
        channel.Info(MessageSensitivity.None, "Processed the rows of a text file with {0} bad values and {1} format errors",
            badValues, formatErrors);
    }

    private IEnumerable<TextBlock> Blocks(IMultiStreamSource files)
    {
        using var lines = _loader.ReadLines(files).Chunk(LinesPerBlock).GetEnumerator();
        var most = _loader.UseThreads ? BlocksPerThread * Math.Min(Environment.ProcessorCount, MaxThreads) : 1;
        var (ahead, free) = (new Queue<Task<TextBlock>>(), new Stack<TextBlock>());
        while (true)
        {
            while (ahead.Count < most && Start(lines, free) is { } started) ahead.Enqueue(started);
            if (!ahead.TryDequeue(out var parsed)) yield break;
            var block = parsed.GetAwaiter().GetResult();
            yield return block;
            if (block.Error is { } error && _loader.UseThreads)
                throw new FormatException($"Parsing failed with an exception: {error.Message}", error);
            if (block.Error is not null) ExceptionDispatchInfo.Throw(block.Error);
            free.Push(block);
        }
    }

    /// <summary>Begins to parse the next lines; null when there are none.</summary>
    private Task<TextBlock> Start(IEnumerator<TextLine[]> lines, Stack<TextBlock> free)
    {
        try
        {
            if (!lines.MoveNext()) return null;
        }
        catch (Exception e)
        {
            return Task.FromException<TextBlock>(new FormatException("Stream reading encountered exception", e));
        }
        if (!free.TryPop(out var block)) _blocks.Add(block = new(_loader, Active));
        var next = lines.Current;
        return _loader.UseThreads ? Task.Run(() => block.Parse(next)) : Task.FromResult(block.Parse(next));
    }
}
