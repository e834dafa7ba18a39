using Microsoft.ML;
using MLNetExtensions.Tests.RealData;
using Xunit.Abstractions;

namespace MLNetExtensions.Tests.Composition;

/// <summary>Our network beside ML.NET's own trainers, in the same place of the same pipeline.</summary>
public sealed class TrainersTests(ITestOutputHelper output)
{
    private const int Folds = 5;

    [RealDataFact(Patients.File)]
    public void Beside_each_other_in_one_cross_validation()
    {
        MLContext ml = new(seed: 1);
        var trainers = ml.BinaryClassification.Trainers;
        Dictionary<string, IEstimator<ITransformer>> estimators = new()
        {
            ["network"] = Patients.Network(ml),
            ["LightGbm"] = trainers.LightGbm(),
            ["FastTree"] = trainers.FastTree(),
            ["FastForest"] = trainers.FastForest(),
            ["Lbfgs"] = trainers.LbfgsLogisticRegression(),
            ["Sdca"] = trainers.SdcaLogisticRegression(),
        };

        // All in one pipeline, fitted once a fold: each hides the columns of the one before, of which a copy stays.
        IEstimator<ITransformer> pipeline = Patients.Preparation(ml).AppendCacheCheckpoint(ml);
        foreach ((string name, IEstimator<ITransformer> trainer) in estimators)
            pipeline = pipeline.Append(trainer).Append(ml.Transforms.CopyColumns($"{name}.Score", "Score"))
                .Append(ml.Transforms.CopyColumns($"{name}.PredictedLabel", "PredictedLabel"));
        var folds = ml.BinaryClassification.CrossValidateNonCalibrated(Patients.Load(ml), pipeline, Folds);

        Dictionary<string, double> auc = estimators.Keys.ToDictionary(name => name, name => folds.Average(fold =>
            ml.BinaryClassification.EvaluateNonCalibrated(
                fold.ScoredHoldOutSet, "Label", $"{name}.Score", $"{name}.PredictedLabel").AreaUnderRocCurve));
        foreach ((string name, double value) in auc)
            output.WriteLine($"{name}: {value:F4}");
        Assert.All(auc, pair => Assert.InRange(pair.Value, 0.78, 0.88));
        Assert.Equal(auc["Sdca"], folds.Average(fold => fold.Metrics.AreaUnderRocCurve), 1e-9);
        Assert.True(auc["network"] >= auc.Values.Max() - 0.005, $"network {auc["network"]}, best {auc.Values.Max()}");
    }
}
