namespace Microsoft.ML.AutoML;

/// <summary>What a trial is fitted and evaluated on: one pair of data sets, or one a fold.</summary>
internal delegate IEnumerable<DataOperationsCatalog.TrainTestData> TrialData(MLContext context, TrialSettings settings);

/// <summary>Evaluates the scored data of a trial by one metric.</summary>
internal sealed record TrialMetric(bool IsMaximize, Func<MLContext, IDataView, double> Evaluate);
