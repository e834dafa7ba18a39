using Microsoft.ML;
using Microsoft.ML.Data;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>
/// A cursor that reads a block of rows ahead and scores them together, which is many times faster than one by one. The values of
/// the other active columns are kept for the block, so that row order and values are the input's. Blocks start small and grow, so
/// that a reader who stops early (Preview, TakeRows) does not pay for a full one; scores do not depend on the block.
/// </summary>
internal sealed class ScoringCursor : DataViewRowCursor, IScoreSource
{
    /// <summary>The rows of the first block.</summary>
    public const int FirstBlock = 16;

    private readonly NeuralNetworkTransformer _transformer;
    private readonly DataViewRowCursor _input;
    private readonly bool[] _active;
    private readonly ColumnBuffer?[] _buffers;
    private readonly FeatureReader _reader;
    private readonly ValueGetter<DataViewRowId> _readId;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private readonly bool[] _missing;
    private readonly float[] _scores;
    private readonly int _outputs, _maxBlockSize;
    private int _blockSize, _filled, _current = -1;
    private long _position = -1;
    private bool _ended, _disposed;

    public ScoringCursor(
        NeuralNetworkTransformer transformer, DataViewRowCursor input, IReadOnlyList<Column> features, DataViewSchema schema,
        bool[] active)
    {
        (_transformer, _input, Schema, _active) = (transformer, input, schema, active);
        (_outputs, _maxBlockSize) = (transformer.Head.Outputs, transformer.Sessions.BlockSize);
        _blockSize = Math.Min(FirstBlock, _maxBlockSize);
        (_ids, _batches, _missing) = (new DataViewRowId[_maxBlockSize], new long[_maxBlockSize], new bool[_maxBlockSize]);
        _scores = new float[_maxBlockSize * _outputs];
        _reader = transformer.Features.CreateReader(input, features);
        _readId = input.GetIdGetter();
        _buffers =
            [.. input.Schema.Select(column => active[column.Index] ? ColumnBuffer.Create(input, column, _maxBlockSize) : null)];
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => _current < 0 ? 0 : _batches[_current];

    public ReadOnlySpan<float> Current => _current >= 0
        ? _scores.AsSpan(_current * _outputs, _outputs)
        : throw ActiveColumns.NoRow();

    public override bool MoveNext()
    {
        if (_current + 1 >= _filled && !ReadBlock())
        {
            (_current, _filled, _position) = (-1, 0, -1);
            return false;
        }
        _current++;
        _position++;
        return true;
    }

    public override bool IsColumnActive(Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids[CurrentIndex()];

    public override ValueGetter<TValue> GetGetter<TValue>(Column column)
    {
        ActiveColumns.Check(_active, column);
        Delegate getter = column.Index < _buffers.Length
            ? _buffers[column.Index]!.CreateGetter(CurrentIndex)
            : _transformer.Head.CreateGetter(column.Name, this);
        return ActiveColumns.Cast<TValue>(getter, column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
            _input.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }

    private int CurrentIndex() => _current >= 0 ? _current : throw ActiveColumns.NoRow();

    private bool ReadBlock()
    {
        (_current, _filled) = (-1, 0);
        if (_ended || _disposed)
            return false;
        ScoringBlock block = _transformer.Sessions.RentBlock();
        try
        {
            block.Clear();
            while (_filled < _blockSize && !_ended)
                ReadRow(block);
            if (_filled > 0)
                block.Run(_scores, _transformer.Head);
        }
        finally
        {
            _transformer.Sessions.Return(block);
        }
        _blockSize = Math.Min(2 * _blockSize, _maxBlockSize);
        for (int row = 0; row < _filled; row++)
        {
            if (_missing[row])
                _scores.AsSpan(row * _outputs, _outputs).Fill(float.NaN);
        }
        return _filled > 0;
    }

    private void ReadRow(ScoringBlock block)
    {
        if (!_input.MoveNext())
        {
            _ended = true;
            return;
        }
        _missing[_filled] = !block.Add(_reader);
        _readId(ref _ids[_filled]);
        _batches[_filled] = _input.Batch;
        foreach (ColumnBuffer? buffer in _buffers)
            buffer?.Read(_filled);
        _filled++;
    }
}
