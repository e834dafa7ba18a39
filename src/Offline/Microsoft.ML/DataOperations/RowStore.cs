namespace Microsoft.ML.Data;

/// <summary>Values of one column, kept by slot.</summary>
internal abstract class RowStore
{
    /// <summary>Keeps the value that the source's row has now.</summary>
    public abstract void Read(int slot);

    /// <summary>A getter of the value in the slot that slot() names.</summary>
    public abstract Delegate MakeGetter(Func<int> slot);

    public static RowStore Create(DataViewRow source, DataViewSchema.Column column) => column.Type is VectorDataViewType vector
        ? Generic.Call<RowStore>(CreateVector<int>, vector.ItemType.RawType, source, column)
        : Generic.Call<RowStore>(CreateScalar<int>, column.Type.RawType, source, column);

    /// <summary>Whether values of a type can outlive their row: others may be disposed with it.</summary>
    public static bool CanKeep(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    /// <summary>A view without the columns that cannot be kept.</summary>
    public static IDataView WithoutOthers(IDataView view) => view.Schema.All(c => CanKeep(c.Type)) ? view
        : new RowMapping(view.Schema, view.Schema.Where(c => CanKeep(c.Type)).Select(c => c.Index)).Apply(view);

    private static RowStore CreateScalar<T>(DataViewRow source, DataViewSchema.Column column) =>
        new RowStore<T>(source.GetGetter<T>(column), (in T from, ref T to) => to = from);

    private static RowStore CreateVector<T>(DataViewRow source, DataViewSchema.Column column) =>
        new RowStore<VBuffer<T>>(source.GetGetter<VBuffer<T>>(column),
            (in VBuffer<T> from, ref VBuffer<T> to) => from.CopyTo(ref to));
}

internal sealed class RowStore<T>(ValueGetter<T> source, RowStore<T>.Copier copy) : RowStore
{
    public delegate void Copier(in T from, ref T to);
    private T[] _values = [];

    public override void Read(int slot)
    {
        if (slot >= _values.Length) Array.Resize(ref _values, Math.Max(slot + 1, 2 * _values.Length));
        source(ref _values[slot]);
    }

    public override Delegate MakeGetter(Func<int> slot) => (ValueGetter<T>)((ref T value) => copy(in _values[slot()], ref value));
}

/// <summary>A cursor over stored rows: a derived class says which slot comes next.</summary>
internal abstract class StoredCursor(DataViewSchema schema, bool[] active) : DataViewRowCursor
{
    private int _slot = -1;
    private long _position = -1;
    public override DataViewSchema Schema => schema;
    public override long Position => _position;
    public override long Batch => 0;
    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Contracts.Check(active[column.Index], $"Column '{column.Name}' is not active in this cursor");
        return GetStore(column.Index).MakeGetter(GetSlot).As<TValue>(column);
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
