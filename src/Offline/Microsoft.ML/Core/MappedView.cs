namespace Microsoft.ML.Data;

/// <summary>A view seen through a mapping; rows are computed as they are read.</summary>
internal sealed class MappedView(IDataView source, RowMapping mapping) : IDataView
{
    public DataViewSchema Schema => mapping.OutputSchema;
    public bool CanShuffle => source.CanShuffle;
    public long? GetRowCount() => source.GetRowCount();
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(mapping, source.GetRowCursor(mapping.GetDependencies(columnsNeeded), rand), columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        Array.ConvertAll(source.GetRowCursorSet(mapping.GetDependencies(columnsNeeded), n, rand),
            input => (DataViewRowCursor)new Cursor(mapping, input, columnsNeeded));

    private sealed class Cursor(RowMapping mapping, DataViewRowCursor input, IEnumerable<DataViewSchema.Column> columns)
        : WrappingCursor(input, new MappedRow(mapping, input, columns));
}
