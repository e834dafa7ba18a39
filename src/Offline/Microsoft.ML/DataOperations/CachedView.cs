namespace Microsoft.ML.Data;

/// <summary>
/// A view kept in memory. A column is read when a cursor first asks for it, in the background, with all that this cursor
/// asks for in one pass; cursors wait for it before their first row.
/// </summary>
internal sealed class CachedView : IDataView
{
    private readonly IDataView _source;
    private readonly RowStore[] _stores;
    private readonly Task[] _filled; // by column, null before the column is asked for
    private readonly Lock _lock = new();
    private Task _counted;
    private long _count; // -1 until it is known

    public CachedView(IDataView source, IEnumerable<DataViewSchema.Column> prefetch)
    {
        _source = source;
        _stores = new RowStore[Schema.Count];
        _filled = new Task[Schema.Count];
        _count = source.GetRowCount() ?? -1;
        int[] columns = [.. prefetch.Select(c => c.Index)];
        if (columns.Length > 0) Require(columns);
    }

    public DataViewSchema Schema => _source.Schema;
    public bool CanShuffle => true;
    public long? GetRowCount() => Volatile.Read(ref _count) is >= 0 and var count ? count : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = Schema.Mask(columnsNeeded);
        return new Cursor(this, active, Require([.. Schema.Where(c => active[c.Index]).Select(c => c.Index)]), rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Starts to read the columns that were not asked for yet; gives the tasks of all of them.</summary>
    private Task[] Require(int[] columns)
    {
        lock (_lock)
        {
            int[] missing = [.. columns.Where(c => _filled[c] == null)];
            if (missing.Length > 0 || _counted == null)
            {
                var cursor = _source.GetRowCursor(missing.Select(c => Schema[c]));
                var stores = Array.ConvertAll(missing, c => _stores[c] = RowStore.Create(cursor, Schema[c]));
                _counted = Task.Run(() => Fill(cursor, stores));
                foreach (var c in missing) _filled[c] = _counted;
            }
            return [.. columns.Select(c => _filled[c]).Append(_counted).Distinct()];
        }
    }

    private void Fill(DataViewRowCursor cursor, RowStore[] stores)
    {
        using var _ = cursor;
        var row = 0;
        for (; cursor.MoveNext(); row++)
            foreach (var store in stores) store.Read(row);
        Volatile.Write(ref _count, row);
    }

    private sealed class Cursor(CachedView view, bool[] active, Task[] filled, Random rand) : StoredCursor(view.Schema, active)
    {
        private int _next;
        private int[] _order;
        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId value) => value = new DataViewRowId((ulong)GetSlot(), 0);
        protected override RowStore GetStore(int column) => view._stores[column];

        protected override int NextSlot()
        {
            if (_next == 0) Start();
            return _next >= view._count ? -1 : _order?[_next++] ?? _next++;
        }

        private void Start()
        {
            try
            {
                Array.ForEach(filled, f => f.GetAwaiter().GetResult());
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"The data to be cached could not be read: {e.Message}", e);
            }
            if (rand == null) return;
            _order = [.. Enumerable.Range(0, (int)view._count)];
            for (var i = 0; i < _order.Length; i++)
            {
                var other = i + rand.Next(_order.Length - i);
                (_order[i], _order[other]) = (_order[other], _order[i]);
            }
        }
    }
}
