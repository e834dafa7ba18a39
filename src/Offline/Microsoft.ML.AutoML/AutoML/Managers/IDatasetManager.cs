namespace Microsoft.ML.AutoML;

public interface IDatasetManager;

public interface ITrainValidateDatasetManager : IDatasetManager
{
    IDataView LoadTrainDataset(MLContext context, TrialSettings settings);
    IDataView LoadValidateDataset(MLContext context, TrialSettings settings);
}

public interface ICrossValidateDatasetManager : IDatasetManager
{
    int Fold { get; set; }
    IDataView Dataset { get; set; }
    string SamplingKeyColumnName { get; set; }
}

internal sealed class CrossValidateDatasetManager : ICrossValidateDatasetManager
{
    public int Fold { get; set; }
    public IDataView Dataset { get; set; }
    public string SamplingKeyColumnName { get; set; }
}
