using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Evaluation;

/// <summary>ML.NET's evaluators and cross-validation take the trainers as their own.</summary>
public sealed class CrossValidationTests
{
    [Fact]
    public void Binary()
    {
        TaskCase @case = TaskCase.All["binary"];
        MLContext ml = new(seed: 1);
        var folds = ml.BinaryClassification.CrossValidateNonCalibrated(@case.Train, @case.Trainer(ml), 3);
        Assert.Equal([0, 1, 2], folds.Select(fold => fold.Fold));
        Assert.All(folds, fold => Assert.True(fold.Metrics.AreaUnderRocCurve > 0.95, $"{fold.Metrics.AreaUnderRocCurve}"));
        Assert.Equal(3, folds.Select(fold => Values.Bits(Values.Floats(fold.Model.Transform(@case.Test)))).Distinct().Count());
    }

    [Fact]
    public void Multiclass()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        MLContext ml = new(seed: 1);
        var folds = ml.MulticlassClassification.CrossValidate(@case.Train, @case.Trainer(ml), 3);
        Assert.All(folds, fold => Assert.True(fold.Metrics.MicroAccuracy > 0.88, $"{fold.Metrics.MicroAccuracy}"));
        Assert.All(folds, fold => Assert.Equal(3, fold.Metrics.ConfusionMatrix.NumberOfClasses));
    }

    [Fact]
    public void Regression_in_a_pipeline()
    {
        TaskCase @case = TaskCase.All["regression"];
        MLContext ml = new(seed: 1);
        var folds = ml.Regression.CrossValidate(
            @case.Train, ml.Transforms.NormalizeMeanVariance("Features").Append(@case.Trainer(ml)), 3);
        Assert.All(folds, fold => Assert.True(fold.Metrics.RSquared > 0.9, $"{fold.Metrics.RSquared}"));
    }

    [Fact]
    public void The_evaluator_finds_probabilities_that_are_calibrated()
    {
        TaskCase @case = TaskCase.All["binary"];
        MLContext ml = new();
        NeuralNetworkTransformer model = @case.Trainer(ml).Fit(@case.Train);
        IDataView scored = model.Transform(@case.Test);
        CalibratedBinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(scored);
        Assert.InRange(metrics.LogLoss, 0, 0.35);
        Assert.Equal(
            Values.Floats(scored).Select(score => (float)(1 / (1 + Math.Exp(-score)))), Values.Floats(scored, "Probability"));
        Assert.Equal(Values.Floats(scored).Select(score => score > 0), Values.Scalars<bool>(scored, "PredictedLabel"));
    }

    [Fact]
    public void Multiclass_scores_are_probabilities_and_the_largest_is_predicted()
    {
        TaskCase @case = TaskCase.All["multiclass with text keys"];
        IDataView scored = @case.Model.Transform(@case.Test);
        float[][] scores = Values.Vectors<float>(scored, "Score");
        Assert.All(scores, row => Assert.Equal(1, row.Sum(), 1e-5f));
        Assert.All(scores, row => Assert.All(row, score => Assert.InRange(score, 0, 1)));
        Assert.Equal(
            scores.Select(row => (uint)Array.IndexOf(row, row.Max()) + 1), Values.Scalars<uint>(scored, "PredictedLabel"));
    }
}
