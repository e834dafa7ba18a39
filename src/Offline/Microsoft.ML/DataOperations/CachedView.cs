namespace Microsoft.ML.Data;

/// <summary>A view kept in memory. A column is read when a cursor that asks for it comes to its first row, in one pass with the
/// others that this cursor asks for.</summary>
internal sealed class CachedView(IDataView source, HashSet<string> prefetch) : RowView(source.Schema)
{
    private readonly RowStore[] _stores = new RowStore[source.Schema.Count]; // null where not asked for yet
    private readonly Lock _lock = new();
    private long _count = source.GetRowCount() ?? -1;
    public override bool CanShuffle => true;
    public override long? GetRowCount() => Volatile.Read(ref _count) is >= 0 and var count ? count : null;
    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(this, Schema.Mask(columnsNeeded), rand);

    private void Read(bool[] active)
    {
        lock (_lock)
        {
            DataViewSchema.Column[] missing =
                [.. Schema.Where(c => _stores[c.Index] is null && (active[c.Index] || prefetch.Contains(c.Name)))];
            if (missing is [] && _count >= 0) return;
            using var cursor = source.GetRowCursor(missing);
            var stores = Array.ConvertAll(missing, c => RowStore.Create(cursor.GetGetter(c), c.Type));
            var row = 0;
            for (; cursor.MoveNext(); row++)
                foreach (var store in stores) store.Read(row);
            for (var i = 0; i < stores.Length; i++) _stores[missing[i].Index] = stores[i];
            Volatile.Write(ref _count, row);
        }
    }

    private sealed class Cursor(CachedView view, bool[] active, Random rand) : StoredCursor(view.Schema, active)
    {
        private int _next;
        private int[] _order;
        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref value) => value = new((ulong)GetSlot(), 0);
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
                view.Read(Active);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"The data to be cached could not be read: {e.Message}", e);
            }
            if (rand is null) return;
            _order = [.. Enumerable.Range(0, (int)view._count)];
            rand.Shuffle(_order);
        }
    }
}
