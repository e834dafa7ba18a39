using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    /// <summary>Two data sets without a common row.</summary>
    public struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet) => (TrainSet, TestSet) = (trainSet, testSet);
    }

    /// <summary>Draws the rows of the test set, or, by a sampling key, the groups of rows that stay together.</summary>
    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null,
        int? seed = null)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckParam(testFraction is > 0 and < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        return Splitter(data, samplingKeyColumnName, seed).Split(new RangeTest(0, testFraction));
    }

    public IReadOnlyList<TrainTestData> CrossValidationSplit(IDataView data, int numberOfFolds = 5,
        string samplingKeyColumnName = null, int? seed = null)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckParam(numberOfFolds > 1, nameof(numberOfFolds), "Must be more than 1");
        var splitter = Splitter(data, samplingKeyColumnName, seed);
        return [.. Enumerable.Range(0, numberOfFolds).Select(i =>
            splitter.Split(new RangeTest((double)i / numberOfFolds, (i + 1.0) / numberOfFolds, IncludeMax: true)))];
    }

    private RowSplitter Splitter(IDataView data, string samplingKeyColumnName, int? seed) =>
        new(data, samplingKeyColumnName, (uint?)(seed ?? ((IHostEnvironmentInternal)_env).Seed));
}
