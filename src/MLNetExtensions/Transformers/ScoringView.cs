using Microsoft.ML;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>The input with score columns, lazily: nothing is read before a cursor moves, and nothing is scored
/// unless a score column is active.</summary>
internal sealed partial class ScoringView(NeuralNetworkTransformer transformer, IDataView input) : IDataView
{
    private readonly Column[] _features = transformer.Features.Find(input.Schema);

    public DataViewSchema Schema { get; } = transformer.GetOutputSchema(input.Schema);

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = Activate(columnsNeeded, out Column[] needed);
        return Wrap(input.GetRowCursor(needed, rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = Activate(columnsNeeded, out Column[] needed);
        return [.. input.GetRowCursorSet(needed, n, rand).Select(cursor => Wrap(cursor, active))];
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active)
    {
        bool scored = active.AsSpan(input.Schema.Count).Contains(true);
        return scored && input.Schema.All(column => !active[column.Index] || ColumnBuffer.CanHold(column.Type))
            ? new ScoringCursor(transformer, cursor, _features, Schema, active)
            : new RowByRowCursor(cursor, new(transformer, cursor, _features, Schema, active));
    }

    /// <summary>Which columns of this view are active, and which of the input that takes.</summary>
    private bool[] Activate(IEnumerable<Column> columnsNeeded, out Column[] inputColumns)
    {
        bool[] active = ActiveColumns.Of(Schema, columnsNeeded);
        bool scored = active.AsSpan(input.Schema.Count).Contains(true);
        inputColumns =
        [
            .. input.Schema.Where(
                column => active[column.Index] || (scored && _features.Any(feature => feature.Index == column.Index))),
        ];
        return active;
    }
}
