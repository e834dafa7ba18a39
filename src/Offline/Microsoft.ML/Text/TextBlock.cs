namespace Microsoft.ML.Data;

/// <summary>The rows of some lines. Only active columns are parsed.</summary>
internal sealed class TextBlock
{
    private readonly TextRow _row;

    public TextBlock(TextLoader loader, bool[] active)
    {
        var segments = loader.Columns.Where((_, i) => active[i]).SelectMany(c => c.Segments);
        var lastNeeded = segments.Select(s => s.Limit).Append(1).Max() - 1;
        _row = new(loader.Syntax, loader.Syntax.InputSize is > 0 and var size ? Math.Min(lastNeeded, size - 1) : lastNeeded);
        Columns = [.. loader.Columns.Select((c, i) => active[i] ? RowStore.Create(_row.GetGetter(c), c.Type) : null)];
    }

    /// <summary>By column of the schema, null where it is not active.</summary>
    public RowStore[] Columns { get; }

    /// <summary>The rows before the first one that could not be parsed.</summary>
    public int Rows { get; private set; }

    /// <summary>Why the row after the last one could not be parsed.</summary>
    public Exception Error { get; private set; }
    public long BadValues => _row.BadValues;
    public long FormatErrors => _row.FormatErrors;

    public TextBlock Parse(TextLine[] lines)
    {
        Rows = 0;
        try
        {
            foreach (var line in lines)
            {
                _row.MoveTo(line);
                foreach (var column in Columns) column?.Read(Rows);
                Rows++;
            }
        }
        catch (Exception e)
        {
            Error = e;
        }
        return this;
    }
}
