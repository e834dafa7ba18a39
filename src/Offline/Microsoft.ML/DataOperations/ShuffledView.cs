namespace Microsoft.ML.Data;

/// <summary>The rows in a random order, the same in every pass: each is drawn from a pool of the next rows. The source is
/// shuffled too, if it can be.</summary>
internal sealed class ShuffledView(IDataView source, int seed, int poolSize, bool shuffleSource) : RowView(source.Schema)
{
    public override bool CanShuffle => true;
    public override long? GetRowCount() => source.GetRowCount();

    public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        rand ??= new Tausworthe((uint)seed);
        var input = source.GetRowCursor(columnsNeeded, shuffleSource ? new Tausworthe(rand) : null);
        return poolSize == 1 ? input : new Cursor(input, Schema.Mask(columnsNeeded), poolSize, rand);
    }

    private sealed class Cursor(DataViewRowCursor input, bool[] active, int poolSize, Random rand)
        : StoredCursor(input.Schema, active)
    {
        private readonly RowStore[] _columns =
            [.. input.Schema.Select(c => active[c.Index] ? RowStore.Create(input.GetGetter(c), c.Type) : null)];
        private readonly RowStore<DataViewRowId> _ids = new(input.GetIdGetter());
        private readonly List<int> _pool = []; // slots in the order of their rows, from _head
        private int _head;
        private bool _inputAtEnd;
        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref value) => _ids.Get(GetSlot(), ref value);
        protected override RowStore GetStore(int column) => _columns[column];

        /// <summary>The pool is a ring: the row drawn changes places with the oldest; the next move replaces it.</summary>
        protected override int NextSlot()
        {
            if (_pool.Count > 0) Replace();
            while (_pool.Count < poolSize && TryRead(_pool.Count)) _pool.Add(_pool.Count);
            if (_pool.Count == 0) return -1;
            var drawn = (_head + rand.Next(_pool.Count)) % _pool.Count;
            (_pool[_head], _pool[drawn]) = (_pool[drawn], _pool[_head]);
            return _pool[_head];
        }

        private void Replace()
        {
            if (TryRead(_pool[_head]))
            {
                _head = (_head + 1) % _pool.Count;
                return;
            }
            _pool.RemoveAt(_head);
            if (_head == _pool.Count) _head = 0;
        }

        private bool TryRead(int slot)
        {
            try
            {
                if (_inputAtEnd || (_inputAtEnd = !input.MoveNext())) return false;
                foreach (var column in _columns) column?.Read(slot);
                _ids.Read(slot);
                return true;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"The rows to be shuffled could not be read: {e.Message}", e);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) input.Dispose();
        }
    }
}
