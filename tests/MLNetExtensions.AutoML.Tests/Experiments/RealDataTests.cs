using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;

namespace MLNetExtensions.AutoML.Tests.Experiments;

/// <summary>A sweep on a table that people know: the folder of MLNETEXT_DATA.</summary>
public sealed class RealDataTests
{
    private const string Diabetes = "tabular/diabetes.csv";

    [RealDataFact(Diabetes)]
    public void Diabetes_in_five_folds()
    {
        MLContext ml = new(seed: 1);
        IDataView table = ml.Data.LoadFromTextFile(
            RealDataFactAttribute.PathOf(Diabetes),
            [new("Features", DataKind.Single, 0, 7), new("Label", DataKind.Boolean, 8)], separatorChar: ',', hasHeader: true);
        SweepablePipeline pipeline = ml.Transforms.NormalizeMeanVariance("Features", fixZero: false)
            .Append(ml.Auto().NeuralNetworkBinary());
        SweepMonitor monitor = new(pipeline);
        TrialResult result = ml.Auto().CreateExperiment().SetPipeline(pipeline).SetDataset(table, 5)
            .SetBinaryClassificationMetric(BinaryClassificationMetric.AreaUnderRocCurve, "Label")
            .SetTreeParzenTuner(startupTrials: 5).SetMonitor(monitor).SetMaxModelToExplore(10).Run();
        Assert.True(result.Metric >= 0.82, $"mean AUC {result.Metric}");
        Assert.Equal(10, monitor.Leaderboard.Count);
        Assert.Equal(result.Metric, monitor.Leaderboard[0].Metric);
    }
}
