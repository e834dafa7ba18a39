namespace Microsoft.ML.Data;

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
