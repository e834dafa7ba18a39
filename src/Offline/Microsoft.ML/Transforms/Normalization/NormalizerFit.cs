using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Reads one column while a normaliser is fitted, up to a number of rows.</summary>
internal abstract class NormalizerFit
{
    public static NormalizerFit Create(DataViewRow row, DataViewSchema.Column column, NormalizerOptions options, long maximumRows) =>
        column.Type.GetItemType() == NumberDataViewType.Single ? new NormalizerFit<float>(row, column, options, maximumRows)
            : new NormalizerFit<double>(row, column, options, maximumRows);

    /// <summary>False when the row was one too many.</summary>
    public abstract bool AddRow();

    public abstract NormalizerFunction Finish();
}

internal sealed class NormalizerFit<T> : NormalizerFit where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotStatistics<T> _statistics;
    private readonly int _size;
    private readonly ValueGetter<T> _getScalar;
    private readonly ValueGetter<VBuffer<T>> _getVector;
    private VBuffer<T> _vector;
    private T _scalar;
    private long _remaining;

    public NormalizerFit(DataViewRow row, DataViewSchema.Column column, NormalizerOptions options, long maximumRows)
    {
        (_size, _remaining) = (column.Type.GetValueCount(), maximumRows);
        _statistics = options.CreateStatistics<T>(_size);
        if (column.Type is VectorDataViewType) _getVector = row.GetGetter<VBuffer<T>>(column);
        else _getScalar = row.GetGetter<T>(column);
    }

    public override bool AddRow()
    {
        if (_remaining == 0) return false;
        _remaining--;
        if (_getScalar is not null)
        {
            _getScalar(ref _scalar);
            _statistics.Add(MemoryMarshal.CreateReadOnlySpan(ref _scalar, 1), default);
        }
        else
        {
            _getVector(ref _vector);
            Contracts.Check(_vector.Length == _size, $"Normalizer expected {_size} slots but got {_vector.Length}");
            _statistics.Add(_vector.GetValues(), _vector.GetIndices());
        }
        return true;
    }

    public override NormalizerFunction Finish() => _statistics.Finish();
}
