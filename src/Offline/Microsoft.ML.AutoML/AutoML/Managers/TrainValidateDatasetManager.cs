namespace Microsoft.ML.AutoML;

internal sealed class TrainValidateDatasetManager(IDataView train, IDataView validation) : ITrainValidateDatasetManager
{
    internal const string SubSamplingKey = "TrainValidateDatasetSubsamplingKey";
    private const long FewestRows = 10;

    public IDataView LoadTrainDataset(MLContext context, TrialSettings settings)
    {
        if (settings is null || !settings.Parameter.TryGetValue(nameof(TrainValidateDatasetManager), out var parameter)
            || !parameter.TryGetValue(SubSamplingKey, out var share) || share.AsType<double>() is var ratio && ratio >= 1)
            return train;
        return context.Data.TakeRows(train, Math.Max(FewestRows, (long)(share.AsType<double>() * CountRows())));
    }

    public IDataView LoadValidateDataset(MLContext context, TrialSettings settings) => validation;

    private long CountRows()
    {
        if (train.GetRowCount() is { } known) return known;
        using var cursor = train.GetRowCursor([]);
        var rows = 0L;
        while (cursor.MoveNext()) rows++;
        return rows;
    }
}
