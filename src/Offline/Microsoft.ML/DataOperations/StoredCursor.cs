using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

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
