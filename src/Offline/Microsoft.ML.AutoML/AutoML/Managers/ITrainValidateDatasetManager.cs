namespace Microsoft.ML.AutoML;

public interface ITrainValidateDatasetManager : IDatasetManager
{
    IDataView LoadTrainDataset(MLContext context, TrialSettings settings);
    IDataView LoadValidateDataset(MLContext context, TrialSettings settings);
}
