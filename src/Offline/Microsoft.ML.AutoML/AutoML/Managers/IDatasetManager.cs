namespace Microsoft.ML.AutoML;

public interface IDatasetManager;
