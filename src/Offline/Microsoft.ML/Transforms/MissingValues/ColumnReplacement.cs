using static Microsoft.ML.Transforms.MissingValueReplacingEstimator;

namespace Microsoft.ML.Transforms;

/// <summary>Puts values in the place of the missing ones of a column: one value, or one for each slot.</summary>
internal sealed class ColumnReplacement<T>(DataViewType itemType, T[][] values, bool bySlot)
    : ColumnFunction<T>(itemType, values, bySlot) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _values = values[0];
    private readonly bool _bySlot = bySlot;

    public override MappedColumn Map(string outputColumnName, DataViewSchema.Column input)
    {
        CheckType(input.Type.GetItemType());
        Contracts.CheckParam(input.Type.GetItemType() == Type, "inputSchema",
            $"Column '{input.Name}' is {input.Type}, but the replacement was learnt from {Type}");
        Contracts.CheckParam(!_bySlot || input.Type is VectorDataViewType vector && vector.Size == _values.Length, "inputSchema",
            $"Column '{input.Name}' is {input.Type}, but the replacement was learnt for {_values.Length} slots");
        var annotations = input.Keep(false, Kinds.SlotNames, Kinds.IsNormalized);
        return ItemMapping.Create<T, T>(outputColumnName, Type, annotations, input,
            (slot, value) => T.IsNaN(value) ? _values[_bySlot ? slot : 0] : value, staysSparse: true);
    }
}

/// <summary>Collects what will replace the missing values of one column, over all of it or for each slot.</summary>
internal sealed class ReplacementLearner<T> : ColumnLearner where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _bySlot;
    private readonly ReplacementStatistic<T>[] _statistics;
    private readonly SlotReader<T> _reader;
    private long _total;

    public ReplacementLearner(DataViewRow row, DataViewSchema.Column column, ReplacementMode mode, bool bySlot)
    {
        _reader = new(row, column);
        var isVector = column.Type is VectorDataViewType;
        _bySlot = bySlot && isVector && _reader.Size > 0;
        _statistics = new ReplacementStatistic<T>[_bySlot ? _reader.Size : 1];
        foreach (ref var statistic in _statistics.AsSpan())
            statistic = ReplacementStatistic<T>.Create(mode, _bySlot, acrossSlots: isVector && !_bySlot);
    }

    public override bool AddRow()
    {
        var values = _reader.Read();
        var slots = _reader.Slots;
        for (var i = 0; i < values.Length; i++) _statistics[!_bySlot ? 0 : slots.IsEmpty ? i : slots[i]].Add(values[i]);
        _total += _bySlot ? 1 : _reader.Length;
        return true;
    }

    public override ColumnFunction Finish() => new ColumnReplacement<T>(_reader.Type.GetItemType(),
        [Array.ConvertAll(_statistics, s => s.Finish(_total))], _bySlot);
}
