using System.Runtime.InteropServices;

namespace Microsoft.ML.Transforms;

/// <summary>Reads a column as the stored values of its slots, a scalar being one slot.</summary>
internal sealed class SlotReader<T>
{
    private readonly ValueGetter<T> _getScalar;
    private readonly ValueGetter<VBuffer<T>> _getVector;
    private VBuffer<T> _vector;
    private T _scalar;

    public SlotReader(DataViewRow row, DataViewSchema.Column column)
    {
        (Type, Size) = (column.Type, column.Type.GetValueCount());
        if (column.Type is VectorDataViewType) _getVector = row.GetGetter<VBuffer<T>>(column);
        else _getScalar = row.GetGetter<T>(column);
    }

    public DataViewType Type { get; }

    /// <summary>The number of slots that the column's type says, 0 if it says none.</summary>
    public int Size { get; }

    // of the last value read
    public int Length => _getScalar is null ? _vector.Length : 1;
    public bool IsDense => _getScalar is not null || _vector.IsDense;
    public ReadOnlySpan<T> Values =>
        _getScalar is null ? _vector.GetValues() : MemoryMarshal.CreateReadOnlySpan(ref _scalar, 1);

    /// <summary>The slots of the values; empty when all of them are there.</summary>
    public ReadOnlySpan<int> Slots => _getScalar is null ? _vector.GetIndices() : default;

    public ReadOnlySpan<T> Read()
    {
        if (_getScalar is not null) _getScalar(ref _scalar);
        else
        {
            _getVector(ref _vector);
            Contracts.Check(Size == 0 || _vector.Length == Size, $"A column of {Size} slots has a vector of {_vector.Length}.");
        }
        return Values;
    }

    /// <summary>Copies the value with the zeros that it leaves out.</summary>
    public void CopyTo(Span<T> slots)
    {
        if (_getScalar is null) _vector.CopyTo(slots);
        else slots[0] = _scalar;
    }
}
