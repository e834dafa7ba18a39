namespace Microsoft.ML.Data;

/// <summary>Values of one column, kept by slot.</summary>
internal abstract class RowStore
{
    /// <summary>Keeps the value that the source has now.</summary>
    public abstract void Read(int slot);

    public static RowStore Create(Delegate source, DataViewType type) =>
        Generic.New<RowStore>(typeof(RowStore<>), type.RawType, source);
}

internal sealed class RowStore<T>(ValueGetter<T> source) : RowStore
{
    private T[] _values = [];

    public override void Read(int slot)
    {
        if (slot >= _values.Length) Array.Resize(ref _values, Math.Max(slot + 1, 2 * _values.Length));
        source(ref _values[slot]);
    }

    public void Get(int slot, ref T value) => ValueCopy<T>.Copy(in _values[slot], ref value);
}

/// <summary>A cursor over stored rows: a derived class says which slot comes next.</summary>
internal abstract class StoredCursor(DataViewSchema schema, bool[] active) : DataViewRowCursor
{
    private int _slot = -1;
    private long _position = -1;
    protected bool[] Active => active;
    public override DataViewSchema Schema => schema;
    public override long Position => _position;
    public override long Batch => 0;
    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Contracts.CheckParam(column.Index < active.Length, nameof(column), "requested column not valid.");
        Contracts.Check(active[column.Index], $"Column '{column.Name}' is not active in this cursor");
        Contracts.Check(typeof(TValue) == column.Type.RawType, $"Column '{column.Name}' is {column.Type}, not {typeof(TValue)}.");
        return (ref value) => ((RowStore<TValue>)GetStore(column.Index)).Get(GetSlot(), ref value);
    }

    public override bool MoveNext()
    {
        _slot = NextSlot();
        _position = _slot < 0 ? -1 : _position + 1;
        return _slot >= 0;
    }

    protected abstract RowStore GetStore(int column);

    /// <summary>The slot of the next row, negative at the end.</summary>
    protected abstract int NextSlot();

    protected int GetSlot()
    {
        Contracts.Check(_slot >= 0, "Values cannot be fetched: the cursor has not started moving, or is at the end.");
        return _slot;
    }
}
