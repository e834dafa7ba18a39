using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Reads one column while a normaliser is fitted, up to a number of rows.</summary>
internal abstract class NormalizerFit
{
    public static NormalizerFit Create(DataViewRow row, DataViewSchema.Column column, NormalizerOptions options,
        long maximumRows) =>
        column.Type.GetItemType() == NumberDataViewType.Single ? new NormalizerFit<float>(row, column, options, maximumRows)
            : new NormalizerFit<double>(row, column, options, maximumRows);

    /// <summary>False when the row was one too many.</summary>
    public abstract bool AddRow();

    public abstract NormalizerFunction Finish();
}

internal sealed class NormalizerFit<T>(DataViewRow row, DataViewSchema.Column column, NormalizerOptions options,
    long maximumRows) : NormalizerFit
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SlotStatistics<T> _statistics = options.CreateStatistics<T>(column.Type.GetValueCount());
    private readonly SlotReader<T> _reader = new(row, column);
    private long _remaining = maximumRows;

    public override bool AddRow()
    {
        if (_remaining == 0) return false;
        _remaining--;
        _statistics.Add(_reader.Read(), _reader.Slots);
        return true;
    }

    public override NormalizerFunction Finish() => _statistics.Finish();
}
