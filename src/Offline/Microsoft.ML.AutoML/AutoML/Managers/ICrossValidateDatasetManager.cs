namespace Microsoft.ML.AutoML;

public interface ICrossValidateDatasetManager : IDatasetManager
{
    int Fold { get; set; }

    IDataView Dataset { get; set; }

    string SamplingKeyColumnName { get; set; }
}
