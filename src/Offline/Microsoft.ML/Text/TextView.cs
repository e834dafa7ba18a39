namespace Microsoft.ML.Data;

/// <summary>Text files as rows. Each pass opens and parses them anew.</summary>
internal sealed class TextView(TextLoader loader, IMultiStreamSource files) : IDataView
{
    public bool CanShuffle => false;
    public DataViewSchema Schema => loader.GetOutputSchema();
    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new TextCursor(loader, files, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
