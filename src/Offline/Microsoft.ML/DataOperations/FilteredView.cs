namespace Microsoft.ML.Data;

/// <summary>The rows of a view that pass a test.</summary>
/// <param name="tested">The columns that the test reads; without any it depends on the place of a row: rows must come one after
/// the other, unshuffled.</param>
/// <param name="makeTest">Makes the test of a cursor's current row, once for each cursor.</param>
internal sealed class FilteredView(IDataView source, DataViewSchema.Column[] tested, Func<DataViewRow, Func<bool>> makeTest)
    : RowView(source.Schema)
{
    private readonly bool _byPosition = tested is [];
    public override bool CanShuffle => !_byPosition && source.CanShuffle;
    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        Filter(source.GetRowCursor(WithTested(columnsNeeded), _byPosition ? null : rand));

    public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n,
        Random rand = null) => _byPosition ? [GetRowCursor(columnsNeeded, rand)]
        : Array.ConvertAll(source.GetRowCursorSet(WithTested(columnsNeeded), n, rand), Filter);

    private DataViewRowCursor Filter(DataViewRowCursor input) => new Cursor(input, makeTest(input));
    private IEnumerable<DataViewSchema.Column> WithTested(IEnumerable<DataViewSchema.Column> columns) =>
        columns.UnionBy(tested, c => c.Index).ToArray();

    private sealed class Cursor(DataViewRowCursor input, Func<bool> test) : WrappingCursor(input, input)
    {
        private long _position = -1;
        public override long Position => _position;

        public override bool MoveNext()
        {
            var found = false;
            while (!found && Input.MoveNext()) found = test();
            _position = found ? _position + 1 : -1;
            return found;
        }
    }
}

/// <summary>A view without its first rows, and with no more than so many of the others.</summary>
internal sealed class RowRangeView(IDataView source, long skip, long take) : RowView(source.Schema)
{
    public override long? GetRowCount() => source.GetRowCount() is { } count ? Math.Min(Math.Max(0, count - skip), take) : null;
    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(source.GetRowCursor(columnsNeeded), skip, take);

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
