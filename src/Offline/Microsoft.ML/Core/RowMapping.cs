namespace Microsoft.ML.Data;

/// <summary>What a row-to-row transform does to one input schema: which columns stay and which are computed. All such transforms
/// share it, and with it the views, cursors and single rows that compute only the columns asked for.</summary>
internal sealed class RowMapping : IRowToRowMapper
{
    private readonly int[] _sources; // per output column: an input column, or ~ the computed one
    private readonly MappedColumn[] _columns;
    private readonly Func<DataViewRow, bool[], Delegate[]> _makeGetters;

    /// <summary>Adds columns. One whose name exists hides it. makeGetters makes getters that share work.</summary>
    public RowMapping(DataViewSchema input, IEnumerable<MappedColumn> columns,
        Func<DataViewRow, bool[], Delegate[]> makeGetters = null)
    {
        (InputSchema, _columns, _makeGetters) = (input, columns.ToArray(), makeGetters);
        var sources = Enumerable.Range(0, input.Count).ToList();
        for (var i = 0; i < _columns.Length; i++)
        {
            var hidden = sources.FindLastIndex(s => Detached(s).Name == _columns[i].Column.Name);
            sources.Insert(hidden < 0 ? sources.Count : hidden + 1, ~i);
        }
        _sources = [.. sources];
        OutputSchema = DataViewSchema.Of(_sources.Select(Detached));
    }

    /// <summary>Keeps some columns, in that order.</summary>
    public RowMapping(DataViewSchema input, IEnumerable<int> kept)
    {
        (InputSchema, _columns, _sources) = (input, [], kept.ToArray());
        OutputSchema = DataViewSchema.Of(_sources.Select(Detached));
    }

    public DataViewSchema InputSchema { get; }
    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = dependingColumns.Select(c => _sources[c.Index])
            .SelectMany(source => source < 0 ? _columns[~source].Dependencies : [source]).ToHashSet();
        return InputSchema.Where(c => needed.Contains(c.Index)).ToArray();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.Check(Contracts.NotNull(input).Schema == InputSchema, "The row has another schema than the mapper is bound to");
        return new Row(this, input, Contracts.NotNull(activeColumns));
    }

    /// <summary>The view with this mapping applied to every row.</summary>
    public IDataView Apply(IDataView source) => new View(source, this);
    private DataViewSchema.DetachedColumn Detached(int source) =>
        source < 0 ? _columns[~source].Column : new(InputSchema[source]);

    private sealed class Row : DataViewRow
    {
        private readonly RowMapping _mapping;
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly Delegate[] _getters;

        public Row(RowMapping mapping, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        {
            (_mapping, _input, _active) = (mapping, input, mapping.OutputSchema.Mask(activeColumns));
            var wanted = new bool[mapping._columns.Length];
            for (var i = 0; i < _active.Length; i++)
                if (mapping._sources[i] < 0) wanted[~mapping._sources[i]] = _active[i];
            _getters = !wanted.Contains(true) ? [] : mapping._makeGetters is { } make ? make(input, wanted)
                : mapping._columns.Select((c, i) => wanted[i] ? c.MakeGetter(input) : null).ToArray();
        }

        public override DataViewSchema Schema => _mapping.OutputSchema;
        public override long Position => _input.Position;
        public override long Batch => _input.Batch;
        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];
        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Contracts.Check(_active[column.Index], $"Column '{column.Name}' was not asked for when the row or cursor was made.");
            var source = _mapping._sources[column.Index];
            return source < 0 ? _getters[~source].As<TValue>(column) : _input.GetGetter<TValue>(_input.Schema[source]);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _input.Dispose();
        }
    }

    private sealed class View(IDataView source, RowMapping mapping) : RowView(mapping.OutputSchema)
    {
        public override bool CanShuffle => source.CanShuffle;
        public override long? GetRowCount() => source.GetRowCount();
        public override DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
            new Cursor(mapping, source.GetRowCursor(mapping.GetDependencies(columnsNeeded), rand), columnsNeeded);
        public override DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n,
            Random rand = null) => Array.ConvertAll(source.GetRowCursorSet(mapping.GetDependencies(columnsNeeded), n, rand),
                DataViewRowCursor (input) => new Cursor(mapping, input, columnsNeeded));
    }

    private sealed class Cursor(RowMapping mapping, DataViewRowCursor input, IEnumerable<DataViewSchema.Column> columns)
        : WrappingCursor(input, new Row(mapping, input, columns));
}
