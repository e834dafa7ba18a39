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

    private sealed class Cursor(IEnumerator<TRow> rows, ObjectRow<TRow> row) : DataViewRowCursor
    {
        public override DataViewSchema Schema => row.Schema;
        public override long Position => row.Position;
        public override long Batch => 0;

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

        public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);
        public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => row.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (!disposing) return;
            row.Dispose();
            rows.Dispose();
        }
    }
}
