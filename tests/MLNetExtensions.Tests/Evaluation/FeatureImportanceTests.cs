using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Evaluation;

/// <summary>Permutation feature importance finds the features that matter, on a fitted model and on one from a file.</summary>
public sealed class FeatureImportanceTests
{
    private static readonly string[] Slots = ["x0", "x1", "noise0", "noise1"];

    [Theory]
    [MemberData(nameof(TaskCase.LabelledNames), MemberType = typeof(TaskCase))]
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
    [MemberData(nameof(TaskCase.LabelledNames), MemberType = typeof(TaskCase))]
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

    [Fact]
    public void Of_a_network_of_bytes_by_bytes_converted_to_Single()
    {
        MLContext ml = new(seed: 1);
        IDataView bytes = Bytes(1, 400), test = Bytes(2, 200);
        NeuralNetworkTransformer model = ml.BinaryClassification.Trainers.NeuralNetwork(new()
        {
            Architecture = (shape, outputs) => NetworkDefinition.Build(shape, layers => layers
                .Normalize([127.5f, 127.5f, 127.5f], [73.6f, 73.6f, 73.6f]).Linear(outputs)),
            Epochs = 20, LearningRate = 0.05, Seed = 1,
        }).Fit(bytes);
        IDataView singles = ml.Transforms.Conversion.ConvertType("Features", outputKind: DataKind.Single).Fit(test).Transform(test);
        Assert.Equal(Values.Floats(model.Transform(test)), Values.Floats(model.Transform(singles)));
        double[] changes = [.. ml.BinaryClassification.PermutationFeatureImportance(model, singles, permutationCount: 3)
            .Select(metrics => metrics.AreaUnderRocCurve.Mean)];
        Assert.True(changes[0] < -0.2, string.Join(", ", changes));
        Assert.All(changes[1..], change => Assert.True(Math.Abs(change) < 0.08, string.Join(", ", changes)));

        IDataView scaled = ml.Transforms.NormalizeMinMax("Features").Fit(singles).Transform(singles);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Values.Floats(model.Transform(scaled)));
        Assert.Contains("'Features' holds 0.", e.Message);
        Assert.Contains("trained on bytes", e.Message);

        static TableView Bytes(int seed, int rows)
        {
            Random random = new(seed);
            byte[][] features = [.. Enumerable.Range(0, rows).Select(_ => new[] { (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256) })];
            return new(
                TableColumn.Boolean("Label", features.Select(row => row[0] > 127)), TableColumn.Vector("Features", NumberDataViewType.Byte, features));
        }
    }

    /// <summary>Every metric here is better when higher, so importance is a fall.</summary>
    private static void Require(double[] changes)
    {
        Assert.Equal(4, changes.Length);
        Assert.All(changes[..2], change => Assert.True(change < -0.2, string.Join(", ", changes)));
        Assert.All(changes[2..], change => Assert.True(Math.Abs(change) < 0.08, string.Join(", ", changes)));
    }
}
