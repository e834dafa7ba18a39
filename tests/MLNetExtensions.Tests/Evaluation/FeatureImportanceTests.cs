using Microsoft.ML;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Evaluation;

/// <summary>Permutation feature importance finds the features that matter, on a fitted model and on one from a file.</summary>
public sealed class FeatureImportanceTests
{
    private static readonly string[] Slots = ["x0", "x1", "noise0", "noise1"];

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void Of_a_fitted_model_by_slot(string task)
    {
        TaskCase @case = TaskCase.All[task];
        MLContext ml = new(seed: 1);
        NeuralNetworkTransformer model = @case.Trainer(ml).Fit(@case.Train);
        double[] changes = task switch
        {
            "binary" => [.. ml.BinaryClassification.PermutationFeatureImportance(model, @case.Test, permutationCount: 3)
                .Select(metrics => metrics.AreaUnderRocCurve.Mean)],
            "regression" =>
                [.. ml.Regression.PermutationFeatureImportance(model, @case.Test, permutationCount: 3)
                    .Select(metrics => metrics.RSquared.Mean)],
            _ => [.. ml.MulticlassClassification.PermutationFeatureImportance(model, @case.Test, permutationCount: 3)
                .Select(metrics => metrics.MicroAccuracy.Mean)],
        };
        Require(changes);
    }

    [Theory]
    [MemberData(nameof(TaskCase.TrainerNames), MemberType = typeof(TaskCase))]
    public void Of_a_model_from_a_file_by_name(string task)
    {
        TaskCase @case = TaskCase.All[task];
        MLContext ml = new(seed: 1);
        using MemoryStream zip = new();
        ml.Model.Save(
            ml.Transforms.NormalizeMeanVariance("Features").Append(@case.Trainer(ml)).Fit(@case.Train), @case.Train.Schema, zip);
        zip.Position = 0;
        ITransformer model = ml.Model.Load(zip, out _);
        Dictionary<string, double> changes = task switch
        {
            "binary" => ml.BinaryClassification.PermutationFeatureImportanceNonCalibrated(model, @case.Test, permutationCount: 3)
                .ToDictionary(slot => slot.Key, slot => slot.Value.AreaUnderRocCurve.Mean),
            "regression" => ml.Regression.PermutationFeatureImportance(model, @case.Test, permutationCount: 3)
                .ToDictionary(slot => slot.Key, slot => slot.Value.RSquared.Mean),
            _ => ml.MulticlassClassification.PermutationFeatureImportance(model, @case.Test, permutationCount: 3)
                .ToDictionary(slot => slot.Key, slot => slot.Value.MicroAccuracy.Mean),
        };
        Assert.Equal(Slots.Order(), changes.Keys.Order());
        Require([.. Slots.Select(slot => changes[slot])]);
    }

    /// <summary>Every metric here is better when higher, so importance is a fall.</summary>
    private static void Require(double[] changes)
    {
        Assert.Equal(4, changes.Length);
        Assert.All(changes[..2], change => Assert.True(change < -0.2, string.Join(", ", changes)));
        Assert.All(changes[2..], change => Assert.True(Math.Abs(change) < 0.08, string.Join(", ", changes)));
    }
}
