using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Tests;

/// <summary>A table in memory that notes what is done with it: how many cursors were opened and are still open, which columns
/// they had, how many rows
/// were read.</summary>
internal sealed class TableView : IDataView
{
    /// <summary>The rows that belong to one cursor of a set before the next cursor's come.</summary>
    private const int BatchRows = 16;

    private readonly TableColumn[] _columns;
    private readonly int _rowCount;
    private int _cursorsOpened, _cursorsOpen, _rowsRead;

    public TableView(params IEnumerable<TableColumn> columns)
    {
        _columns = [.. columns];
        _rowCount = _columns[0].Count;
        DataViewSchema.Builder schema = new();
        foreach (TableColumn column in _columns)
        {
            Assert.Equal(_rowCount, column.Count);
            schema.AddColumn(column.Name, column.Type, column.Annotations);
        }
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public int CursorsOpened => _cursorsOpened;

    public int CursorsOpen => _cursorsOpen;

    public int RowsRead => _rowsRead;

    /// <summary>The names of the columns that the last cursor was asked for.</summary>
    public IReadOnlyList<string> LastColumns { get; private set; } = [];

    public long? GetRowCount() => _rowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<Column> columnsNeeded, Random? rand = null)
    {
        int[] order = [.. Enumerable.Range(0, _rowCount)];
        rand?.Shuffle(order);
        return new Cursor(this, order, columnsNeeded, batchRows: int.MaxValue);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<Column> columnsNeeded, int n, Random? rand = null)
    {
        int[] rows = [.. Enumerable.Range(0, _rowCount)];
        return [.. Enumerable.Range(0, n).Select(part => new Cursor(
            this, [.. rows.Where(row => row / BatchRows % n == part)], columnsNeeded, BatchRows))];
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly TableView _view;
        private readonly int[] _order;
        private readonly int _batchRows;
        private readonly HashSet<int> _active;
        private int _position = -1;
        private bool _disposed;

        public Cursor(TableView view, int[] order, IEnumerable<Column> columns, int batchRows)
        {
            (_view, _order, _batchRows) = (view, order, batchRows);
            Column[] needed = [.. columns];
            _active = [.. needed.Select(column => column.Index)];
            view.LastColumns = [.. needed.Select(column => column.Name)];
            Interlocked.Increment(ref view._cursorsOpened);
            Interlocked.Increment(ref view._cursorsOpen);
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _position;

        public override long Batch => _position < 0 ? 0 : _order[_position] / _batchRows;

        public override bool MoveNext()
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_position + 1 >= _order.Length)
            {
                _position = -1;
                return false;
            }
            _position++;
            Interlocked.Increment(ref _view._rowsRead);
            return true;
        }

        public override bool IsColumnActive(Column column) => _active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new((ulong)Row(), 0);

        public override ValueGetter<TValue> GetGetter<TValue>(Column column) => _active.Contains(column.Index)
            ? (ValueGetter<TValue>)_view._columns[column.Index].CreateGetter(Row)
            : throw new ArgumentOutOfRangeException(nameof(column), $"The column '{column.Name}' is not active.");

        protected override void Dispose(bool disposing)
        {
            if (!_disposed)
                Interlocked.Decrement(ref _view._cursorsOpen);
            _disposed = true;
            base.Dispose(disposing);
        }

        private int Row() => _position >= 0 ? _order[_position] : throw new InvalidOperationException("The cursor is on no row.");
    }
}
