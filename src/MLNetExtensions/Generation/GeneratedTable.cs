using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Transformers;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Generation;

/// <summary>Rows that were made up: of each column the places of the values.</summary>
internal sealed class GeneratedTable : IDataView
{
    private readonly IReadOnlyList<ColumnValues> _columns;
    private readonly int[][] _places;
    private readonly int _count;

    /// <param name="columns">The columns.</param>
    /// <param name="places">For each column the place of each row's value.</param>
    /// <param name="count">The number of rows.</param>
    public GeneratedTable(IReadOnlyList<ColumnValues> columns, int[][] places, int count)
    {
        (_columns, _places, _count) = (columns, places, count);
        DataViewSchema.Builder schema = new();
        foreach (ColumnValues column in columns)
            schema.AddColumn(column.Name, column.Type, column.Annotations);
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _count;

    public DataViewRowCursor GetRowCursor(IEnumerable<Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = new bool[Schema.Count];
        foreach (Column column in columnsNeeded)
            active[column.Index] = true;
        return new Cursor(this, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(GeneratedTable table, bool[] active) : DataViewRowCursor
    {
        private int _position = -1;
        private bool _ended;

        public override DataViewSchema Schema => table.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            _ended |= _position + 1 >= table._count;
            _position = _ended ? -1 : _position + 1;
            return !_ended;
        }

        public override bool IsColumnActive(Column column) => active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId value) => value = new((ulong)CheckedPosition(), 0);

        public override ValueGetter<TValue> GetGetter<TValue>(Column column)
        {
            ActiveColumns.Check(active, column);
            int[] places = table._places[column.Index];
            return ActiveColumns.Cast<TValue>(table._columns[column.Index].CreateGetter(() => places[CheckedPosition()]), column);
        }

        private int CheckedPosition() => _position >= 0 ? _position : throw ActiveColumns.NoRow();
    }
}
