namespace Microsoft.ML.Data;

/// <summary>A view whose rows one cursor gives, in one order; what else a view can do, a derived class says.</summary>
internal abstract class RowView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema => schema;
    public virtual bool CanShuffle => false;
    public virtual long? GetRowCount() => null;
    public abstract DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null);
    public virtual DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n,
        Random rand = null) => [GetRowCursor(columnsNeeded, rand)];
}
