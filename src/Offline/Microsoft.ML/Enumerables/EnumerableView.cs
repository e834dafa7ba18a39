namespace Microsoft.ML.Data;

/// <summary>Objects as a data view. They are enumerated anew by every cursor.</summary>
internal sealed class EnumerableView<TRow>(IEnumerable<TRow> data, MemberColumn[] columns) : IDataView where TRow : class
{
    public DataViewSchema Schema { get; } = MemberColumn.SchemaOf(columns);
    public bool CanShuffle => false;
    public long? GetRowCount() => (data as ICollection<TRow>)?.Count;
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(data.GetEnumerator(), new ObjectRow<TRow>(Schema, columns, Schema.Mask(columnsNeeded)));
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(IEnumerator<TRow> rows, ObjectRow<TRow> row) : WrappingCursor(null, row)
    {
        public override bool MoveNext()
        {
            if (!rows.MoveNext())
            {
                Dispose();
                return false;
            }
            Contracts.Check(rows.Current is not null, "Encountered null when iterating over data, this is not supported.");
            row.MoveTo(rows.Current);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing) rows.Dispose();
        }
    }
}
