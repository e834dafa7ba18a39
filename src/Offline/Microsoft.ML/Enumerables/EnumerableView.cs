namespace Microsoft.ML.Data;

/// <summary>Objects as a data view. They are enumerated anew by every cursor.</summary>
internal sealed class EnumerableView<TRow>(IEnumerable<TRow> data, MemberColumn[] columns)
    : RowView(MemberColumn.SchemaOf(columns)) where TRow : class
{
    public override long? GetRowCount() => (data as ICollection<TRow>)?.Count;
    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(data.GetEnumerator(), new ObjectRow<TRow>(Schema, columns, Schema.Mask(columnsNeeded)));

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
