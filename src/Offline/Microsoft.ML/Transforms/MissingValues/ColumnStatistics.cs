using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Collects what will replace the missing values of one column, over all of it or for each slot.</summary>
internal abstract class ColumnStatistics
{
    public static ColumnStatistics Create(DataViewRow row, DataViewSchema.Column column,
        MissingValueReplacingEstimator.ReplacementMode mode, bool bySlot) =>
        column.Type.GetItemType() == NumberDataViewType.Single ? new ColumnStatistics<float>(row, column, mode, bySlot)
            : new ColumnStatistics<double>(row, column, mode, bySlot);

    public abstract void AddRow();
    public abstract ColumnReplacement Finish();
}

internal sealed class ColumnStatistics<T> : ColumnStatistics where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _bySlot;
    private readonly ReplacementStatistic<T>[] _statistics;
    private readonly SlotReader<T> _reader;
    private long _total;

    public ColumnStatistics(DataViewRow row, DataViewSchema.Column column, MissingValueReplacingEstimator.ReplacementMode mode,
        bool bySlot)
    {
        (_bySlot, _reader) = (bySlot, new(row, column));
        _statistics = new ReplacementStatistic<T>[bySlot ? column.Type.GetValueCount() : 1];
        var acrossSlots = column.Type is VectorDataViewType && !bySlot;
        foreach (ref var statistic in _statistics.AsSpan()) statistic = ReplacementStatistic<T>.Create(mode, bySlot, acrossSlots);
    }

    public override void AddRow()
    {
        var values = _reader.Read();
        var slots = _reader.Slots;
        for (var i = 0; i < values.Length; i++) _statistics[!_bySlot ? 0 : slots.IsEmpty ? i : slots[i]].Add(values[i]);
        _total += _bySlot ? 1 : _reader.Length;
    }

    public override ColumnReplacement Finish() =>
        new ColumnReplacement<T>(Array.ConvertAll(_statistics, s => s.Finish(_total)), _bySlot);
}
