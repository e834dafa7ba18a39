using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Reads a column as the stored values of its slots, a scalar being one slot.</summary>
internal sealed class SlotReader<T>
{
    private readonly ValueGetter<T> _getScalar;
    private readonly ValueGetter<VBuffer<T>> _getVector;
    private readonly int _size;
    private VBuffer<T> _vector;
    private T _scalar;

    public SlotReader(DataViewRow row, DataViewSchema.Column column)
    {
        _size = column.Type.GetValueCount();
        if (column.Type is VectorDataViewType) _getVector = row.GetGetter<VBuffer<T>>(column);
        else _getScalar = row.GetGetter<T>(column);
    }

    /// <summary>How many slots the last value read has.</summary>
    public int Length => _getScalar is null ? _vector.Length : 1;

    public bool IsDense => _getScalar is not null || _vector.IsDense;

    /// <summary>The slots of the last value read; empty when all of them are there.</summary>
    public ReadOnlySpan<int> Slots => _getScalar is null ? _vector.GetIndices() : default;

    public ReadOnlySpan<T> Read()
    {
        if (_getScalar is not null)
        {
            _getScalar(ref _scalar);
            return MemoryMarshal.CreateReadOnlySpan(ref _scalar, 1);
        }
        _getVector(ref _vector);
        Contracts.Check(_size == 0 || _vector.Length == _size, $"A column of {_size} slots has a vector of {_vector.Length}.");
        return _vector.GetValues();
    }
}
