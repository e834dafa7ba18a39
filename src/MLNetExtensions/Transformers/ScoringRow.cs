using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>A row with its score columns. The other columns are the input's, getters and all: whatever a source does with the
/// value that a consumer passes to it (an image loader disposes the last image) happens as without scoring.</summary>
internal sealed class ScoringRow : DataViewRow, IScoreSource
{
    private readonly NeuralNetworkTransformer _transformer;
    private readonly DataViewRow _input;
    private readonly bool[] _active;
    private readonly FeatureReader? _reader;
    private readonly float[] _scores;
    private long _scoredPosition = -1;
    private bool _disposed;

    public ScoringRow(
        NeuralNetworkTransformer transformer, DataViewRow input, IReadOnlyList<Column> features, DataViewSchema schema, bool[] active)
    {
        (_transformer, _input, Schema, _active) = (transformer, input, schema, active);
        _scores = new float[transformer.Head.Outputs];
        if (active.AsSpan(input.Schema.Count).Contains(true))
            _reader = transformer.Features.CreateReader(input, features);
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    /// <summary>The scores of the input's row, computed once a position however many columns ask.</summary>
    public ReadOnlySpan<float> Current
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            long position = _input.Position;
            if (position < 0)
                throw ActiveColumns.NoRow();
            if (_scoredPosition != position)
            {
                Score();
                _scoredPosition = position;
            }
            return _scores;
        }
    }

    public override bool IsColumnActive(Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(Column column)
    {
        ActiveColumns.Check(_active, column);
        return column.Index < _input.Schema.Count
            ? _input.GetGetter<TValue>(_input.Schema[column.Index])
            : ActiveColumns.Cast<TValue>(_transformer.Head.CreateGetter(column.Name, this), column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disposed = true;
            // As ML.NET's contract of GetRow says: in a chain, nobody else disposes the steps before.
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Score()
    {
        ScoringBlock block = _transformer.Sessions.RentRow();
        try
        {
            block.Clear();
            if (block.Add(_reader!))
            {
                block.Run(_scores, _transformer.Head);
            }
            else
            {
                _scores.AsSpan().Fill(float.NaN);
            }
        }
        finally
        {
            _transformer.Sessions.Return(block);
        }
    }
}
