namespace Microsoft.ML.Data;

/// <summary>A view without its first rows, and with no more than so many of the others.</summary>
internal sealed class RowRangeView(IDataView source, long skip, long take) : IDataView
{
    public DataViewSchema Schema => source.Schema;
    public bool CanShuffle => false;
    public long? GetRowCount() => source.GetRowCount() is { } count ? Math.Min(Math.Max(0, count - skip), take) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(source.GetRowCursor(columnsNeeded), skip, take);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor input, long skip, long take) : WrappingCursor(input, input)
    {
        private long _taken;
        private bool _atEnd;

        public override long Position => _taken == 0 || _atEnd ? -1 : _taken - 1;
        public override long Batch => 0;

        public override bool MoveNext()
        {
            for (; _taken == 0 && skip > 0 && !_atEnd; skip--) _atEnd = !Input.MoveNext();
            _atEnd = _atEnd || _taken == take || !Input.MoveNext();
            if (!_atEnd) _taken++;
            return !_atEnd;
        }
    }
}
