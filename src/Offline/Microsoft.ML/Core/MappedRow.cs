namespace Microsoft.ML.Data;

/// <summary>A row seen through a mapping.</summary>
internal sealed class MappedRow : DataViewRow
{
    private readonly DataViewRow _input;
    private readonly bool[] _active;
    private readonly int[] _sources;
    private readonly Delegate[] _getters;

    public MappedRow(RowMapping mapping, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        (Schema, _input) = (mapping.OutputSchema, input);
        _active = Schema.Mask(activeColumns);
        (_sources, _getters) = mapping.Bind(input, _active);
    }

    public override DataViewSchema Schema { get; }
    public override long Position => _input.Position;
    public override long Batch => _input.Batch;
    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];
    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Contracts.Check(_active[column.Index], $"Column '{column.Name}' was not asked for when the row or cursor was made.");
        var source = _sources[column.Index];
        return source >= 0 ? _input.GetGetter<TValue>(_input.Schema[source]) : _getters[column.Index].As<TValue>(column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _input.Dispose();
    }
}
