using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Transformers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Data;

/// <summary>A cursor over rows that are read one after the other, from start to end.</summary>
/// <param name="schema">The columns.</param>
/// <param name="columnsNeeded">Those that are asked for.</param>
internal abstract class ForwardCursor(DataViewSchema schema, IEnumerable<Column> columnsNeeded) : DataViewRowCursor
{
    private readonly bool[] _active = ActiveColumns.Of(schema, columnsNeeded);
    private long _position = -1;
    private bool _ended;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    public override bool MoveNext()
    {
        _ended = _ended || !Read();
        _position = _ended ? -1 : _position + 1;
        return !_ended;
    }

    public override bool IsColumnActive(Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
    {
        RequireRow();
        value = new((ulong)Row, 0);
    };

    public override ValueGetter<TValue> GetGetter<TValue>(Column column)
    {
        ActiveColumns.Check(_active, column);
        return ActiveColumns.Cast<TValue>(CreateGetter(column.Name), column);
    }

    /// <summary>The number of the row among those of the source, the same in whatever order they come.</summary>
    protected virtual long Row => _position;

    /// <summary>Reads the next row.</summary>
    /// <returns>Whether there was one.</returns>
    protected abstract bool Read();

    /// <summary>The getter of a column, which calls <see cref="RequireRow"/> first.</summary>
    protected abstract Delegate CreateGetter(string column);

    /// <summary>Throws while the cursor is on no row.</summary>
    /// <exception cref="InvalidOperationException">It is.</exception>
    protected void RequireRow()
    {
        if (_position < 0)
            throw ActiveColumns.NoRow();
    }
}
