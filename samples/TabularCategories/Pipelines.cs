using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples.TabularCategories;

/// <summary>The pipelines that the sample compares: each prepares the table as suits its trainer.</summary>
internal static class Pipelines
{
    private const string Numbers = "Numbers", Missing = "Missing", Standard = "Standard", Ranks = "Ranks", Features = "Features";

    /// <summary>A network of numbers and categories. Numbers come twice: standardised, and as their rank, which skew and outliers don't
    /// change.</summary>
    public static IEstimator<ITransformer> Network(
        MLContext ml, TableColumns columns, int epochs, IProgress<TrainingProgress>? progress)
    {
        EstimatorChain<ITransformer> keys = new();
        foreach (string category in columns.Categories)
            keys = keys.Append<ITransformer>(ml.Transforms.Conversion.MapValueToKey(category));
        List<string> inputs = [];
        if (columns.Numbers.Count > 0)
        {
            inputs.AddRange([Standard, Ranks, Missing]);
            keys = keys.Append<ITransformer>(ml.Transforms.Concatenate(Numbers, [.. columns.Numbers]))
                .Append<ITransformer>(ml.Transforms.IndicateMissingValues(Missing + "Flags", Numbers))
                .Append<ITransformer>(ml.Transforms.Conversion.ConvertType(Missing, Missing + "Flags"))
                .Append<ITransformer>(ml.Transforms.ReplaceMissingValues(
                    Numbers, replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean))
                .Append<ITransformer>(ml.Transforms.NormalizeMeanVariance(Standard, Numbers, fixZero: false))
                .Append<ITransformer>(ml.Transforms.NormalizeBinning(Ranks, Numbers, fixZero: false, maximumBinCount: 1024));
        }
        return keys.Append<ITransformer>(ml.Regression.Trainers.NeuralNetwork(new()
        {
            LabelColumnName = columns.Label,
            FeatureColumnNames = [.. inputs, .. columns.Categories],
            MultiInputArchitecture = (inputs, outputs) =>
                EntityEmbeddingNetwork.Create(inputs, outputs, [256, 128], activation: new SiLU()),
            Epochs = epochs,
            BatchSize = 256,
            Optimizer = new AdamW(),
            LearningRate = 3e-3,
            Schedule = new OneCycleSchedule(),
            Progress = progress,
            Seed = 1,
        }));
    }

    /// <summary>ML.NET's trainers of trees, with their defaults, on the numbers as they are and a slot for each category.</summary>
    public static IEnumerable<(string Name, IEstimator<ITransformer> Pipeline)> Trees(MLContext ml, TableColumns columns)
    {
        InputOutputColumnPair[] categories =
            [.. columns.Categories.Select(name => new InputOutputColumnPair($"{name}.slots", name))];
        string[] parts = [.. columns.Numbers, .. categories.Select(pair => pair.OutputColumnName)];
        IEstimator<ITransformer> features = ml.Transforms.Concatenate(Features, parts);
        if (categories.Length > 0)
            features = ml.Transforms.Categorical.OneHotEncoding(categories).Append(features);
        yield return ("FastTree", features.Append(ml.Regression.Trainers.FastTree(columns.Label, Features)));
        yield return ("LightGbm", features.Append(ml.Regression.Trainers.LightGbm(columns.Label, Features)));
    }
}
