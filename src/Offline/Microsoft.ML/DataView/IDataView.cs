namespace Microsoft.ML;

public delegate void ValueGetter<TValue>(ref TValue value);

/// <summary>Rows of typed columns, read lazily through cursors.</summary>
public interface IDataView
{
    bool CanShuffle { get; }
    DataViewSchema Schema { get; }
    long? GetRowCount();
    DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null);

    /// <summary>At most n cursors that together give every row once, to be read in parallel.</summary>
    DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null);
}
