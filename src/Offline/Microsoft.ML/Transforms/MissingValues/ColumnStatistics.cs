using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Collects what will replace the missing values of one column, over all of it or for each slot.</summary>
internal abstract class ColumnStatistics
{
    public static ColumnStatistics Create(DataViewRow row, DataViewSchema.Column column, MissingValueReplacingEstimator.ReplacementMode mode, bool bySlot) =>
        column.Type.GetItemType() == NumberDataViewType.Single ? new ColumnStatistics<float>(row, column, mode, bySlot)
            : new ColumnStatistics<double>(row, column, mode, bySlot);

    public abstract void AddRow();
    public abstract ColumnReplacement Finish();
}

internal sealed class ColumnStatistics<T> : ColumnStatistics where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _bySlot;
    private readonly ReplacementStatistic<T>[] _statistics;
    private readonly ValueGetter<T> _getScalar;
    private readonly ValueGetter<VBuffer<T>> _getVector;
    private VBuffer<T> _vector;
    private long _total;

    public ColumnStatistics(DataViewRow row, DataViewSchema.Column column, MissingValueReplacingEstimator.ReplacementMode mode, bool bySlot)
    {
        _bySlot = bySlot;
        _statistics = new ReplacementStatistic<T>[bySlot ? column.Type.GetValueCount() : 1];
        for (var i = 0; i < _statistics.Length; i++) _statistics[i] = ReplacementStatistic<T>.Create(mode, bySlot, column.Type is VectorDataViewType && !bySlot);
        if (column.Type is VectorDataViewType) _getVector = row.GetGetter<VBuffer<T>>(column);
        else _getScalar = row.GetGetter<T>(column);
    }

    public override void AddRow()
    {
        if (_getScalar is not null)
        {
            T value = default;
            _getScalar(ref value);
            _statistics[0].Add(value);
            _total++;
            return;
        }
        _getVector(ref _vector);
        var values = _vector.GetValues();
        var slots = _vector.GetIndices();
        for (var i = 0; i < values.Length; i++)
            _statistics[!_bySlot ? 0 : _vector.IsDense ? i : slots[i]].Add(values[i]);
        _total += _bySlot ? 1 : _vector.Length;
    }

    public override ColumnReplacement Finish() => new ColumnReplacement<T>(Array.ConvertAll(_statistics, s => s.Finish(_total)), _bySlot);
}
