using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks.Training;
using Column = Microsoft.ML.DataViewSchema.Column;

namespace MLNetExtensions.Transformers;

/// <summary>Reads feature vectors of one type. Interleaved pixels are put into the network's order, channel after
/// channel.</summary>
/// <typeparam name="T">float, or byte for pixels from 0 to 255.</typeparam>
/// <param name="row">The row, or the cursor over rows.</param>
/// <param name="column">Its features.</param>
/// <param name="layout">How those lie that the network is trained on.</param>
internal class FeatureVectors<T>(DataViewRow row, Column column, VectorLayout layout) : TableReader<T>, ISparseFeatures
    where T : unmanaged, INumberBase<T>
{
    private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(column);
    private readonly int _channels = layout.InterleavedChannels((VectorDataViewType)column.Type);
    private VBuffer<T> _buffer;

    /// <summary>The pixels of a row as they lie and in the network's order; null where that is the same.</summary>
    private T[]? _pixels, _planes;

    public bool IsSparse => _planes is null && !_buffer.IsDense;

    public override bool Read()
    {
        _getter(ref _buffer);
        if (_channels > 1)
        {
            _pixels ??= new T[_buffer.Length];
            _planes ??= new T[_buffer.Length];
            _buffer.CopyTo(_pixels);
            VectorLayout.CopyPlanes<T>(_pixels, _planes, _channels);
        }
        return AreFinite(_buffer.GetValues());
    }

    public override void CopyTo(Span<float> features)
    {
        if (IsSparse)
            FeatureValues.ToSingle(_buffer.GetIndices(), _buffer.GetValues(), features);
        else
            FeatureValues.ToSingle(DenseValues, features);
    }

    public void AddTo(SparseBuffer rows) =>
        FeatureValues.ToSingle(_buffer.GetValues(), rows.Add(_buffer.GetIndices()));

    public override void AddTo(FeatureTable<T> rows)
    {
        if (IsSparse)
            rows.Add(_buffer.GetIndices(), _buffer.GetValues());
        else
            rows.Add(DenseValues);
    }

    /// <summary>Whether no value is NaN or infinite.</summary>
    protected virtual bool AreFinite(ReadOnlySpan<T> values) =>
        typeof(T) != typeof(float)
        // A sparse row of zeros stores none, and of none IsFiniteAll says that not all are finite.
        || values.IsEmpty || TensorPrimitives.IsFiniteAll(MemoryMarshal.Cast<T, float>(values));

    private ReadOnlySpan<T> DenseValues => _planes is null ? _buffer.GetValues() : _planes;
}
