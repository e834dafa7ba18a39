namespace Microsoft.ML.Data;

/// <summary>The rows of a view that pass a test.</summary>
/// <param name="source">The view.</param>
/// <param name="tested">Indices of the columns that the test reads.</param>
/// <param name="makeTest">Makes the test of a cursor's current row, once for each cursor.</param>
/// <param name="byPosition">The test depends on the place of a row: rows must come one after the other, unshuffled.</param>
internal sealed class FilteredView(IDataView source, int[] tested, Func<DataViewRow, Func<bool>> makeTest,
    bool byPosition = false) : IDataView
{
    public DataViewSchema Schema => source.Schema;
    public bool CanShuffle => !byPosition && source.CanShuffle;
    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        Filter(source.GetRowCursor(WithTested(columnsNeeded), byPosition ? null : rand));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        byPosition ? [GetRowCursor(columnsNeeded, rand)]
        : Array.ConvertAll(source.GetRowCursorSet(WithTested(columnsNeeded), n, rand), Filter);

    private DataViewRowCursor Filter(DataViewRowCursor input) => new Cursor(input, makeTest(input));

    private IEnumerable<DataViewSchema.Column> WithTested(IEnumerable<DataViewSchema.Column> columns) =>
        columns.UnionBy(tested.Select(i => Schema[i]), c => c.Index).ToArray();

    private sealed class Cursor(DataViewRowCursor input, Func<bool> test) : WrappingCursor(input, input)
    {
        private long _position = -1;

        public override long Position => _position;

        public override bool MoveNext()
        {
            while (Input.MoveNext())
            {
                if (!test()) continue;
                _position++;
                return true;
            }
            _position = -1;
            return false;
        }
    }
}
