namespace Microsoft.ML.Data;

/// <summary>
/// What a row-to-row transform does to one input schema: which columns stay and which are computed. All such transforms share
/// it, and with it the views, cursors and single rows that compute only the columns asked for.
/// </summary>
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
        OutputSchema = MakeSchema();
    }

    /// <summary>Keeps some columns, in that order.</summary>
    public RowMapping(DataViewSchema input, IEnumerable<int> kept)
    {
        (InputSchema, _columns, _sources) = (input, [], kept.ToArray());
        OutputSchema = MakeSchema();
    }

    public DataViewSchema InputSchema { get; }
    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new bool[InputSchema.Count];
        foreach (var column in dependingColumns)
        {
            var source = _sources[column.Index];
            if (source >= 0) needed[source] = true;
            else
                foreach (var input in _columns[~source].Dependencies) needed[input] = true;
        }
        return InputSchema.Where(c => needed[c.Index]).ToArray();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckValue(activeColumns, nameof(activeColumns));
        Contracts.Check(input.Schema == InputSchema, "Schema of input row must be the same as the schema the mapper is bound to");
        return new MappedRow(this, input, activeColumns);
    }

    /// <summary>The view with this mapping applied to every row.</summary>
    public IDataView Apply(IDataView source) => new MappedView(source, this);

    /// <summary>By output column: the source's own column, or a getter when the column is computed and active.</summary>
    public (int[] Sources, Delegate[] Getters) Bind(DataViewRow input, bool[] active)
    {
        var wanted = new bool[_columns.Length];
        for (var i = 0; i < _sources.Length; i++)
            if (_sources[i] < 0) wanted[~_sources[i]] = active[i];
        var made = !wanted.Contains(true) ? new Delegate[wanted.Length]
            : _makeGetters is not null ? _makeGetters(input, wanted)
            : _columns.Select((c, i) => wanted[i] ? c.MakeGetter(input) : null).ToArray();
        return (_sources, Array.ConvertAll(_sources, s => s < 0 ? made[~s] : null));
    }

    private DataViewSchema.DetachedColumn Detached(int source) =>
        source < 0 ? _columns[~source].Column : new(InputSchema[source]);

    private DataViewSchema MakeSchema()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(_sources.Select(Detached));
        return builder.ToSchema();
    }
}
