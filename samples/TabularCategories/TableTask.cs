using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;

namespace Samples.TabularCategories;

/// <summary>A column to predict by others: the pipelines that the sample compares, each prepares the table as suits its trainer, and
/// how good they are.</summary>
internal abstract class TableTask(MLContext ml, TableColumns columns)
{
    // Names that no table has.
    private const string Numbers = "all.numbers", Missing = "all.missing", Standard = "all.standard", Ranks = "all.ranks";

    protected const string Features = "all.features";

    /// <summary>What <see cref="Measure"/> gives; the first decides.</summary>
    public abstract IReadOnlyList<string> MetricNames { get; }

    /// <summary>Whether more of the first metric is better.</summary>
    public abstract bool HigherIsBetter { get; }

    protected MLContext ML => ml;

    protected TableColumns Columns => columns;

    /// <summary>The task that a table is for.</summary>
    public static TableTask Of(MLContext ml, TableColumns columns) =>
        columns.Classes is null ? new RegressionTask(ml, columns) : new ClassificationTask(ml, columns);

    /// <summary>How good the scores of a model are.</summary>
    public abstract double[] Measure(IDataView scored);

    /// <summary>The scores themselves, to compare.</summary>
    public abstract IEnumerable<float> Scores(IDataView scored);

    /// <summary>A network of numbers and categories. Numbers come twice: standardised, and as their rank, which skew and outliers don't
    /// change.</summary>
    public IEstimator<ITransformer> Network(int epochs, IProgress<TrainingProgress>? progress)
    {
        EstimatorChain<ITransformer> keys = new();
        foreach (string category in columns.Categories)
            keys = keys.Append<ITransformer>(ml.Transforms.Conversion.MapValueToKey(category));
        List<string> inputs = [];
        if (columns.Numbers.Count > 0)
        {
            inputs.AddRange([Standard, Ranks, Missing]);
            keys = keys.Append<ITransformer>(ml.Transforms.Concatenate(Numbers, [.. columns.Numbers]))
                .Append<ITransformer>(ml.Transforms.IndicateMissingValues(Missing + ".flags", Numbers))
                .Append<ITransformer>(ml.Transforms.Conversion.ConvertType(Missing, Missing + ".flags"))
                .Append<ITransformer>(ml.Transforms.ReplaceMissingValues(
                    Numbers, replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean))
                .Append<ITransformer>(ml.Transforms.NormalizeMeanVariance(Standard, Numbers, fixZero: false))
                .Append<ITransformer>(ml.Transforms.NormalizeBinning(Ranks, Numbers, fixZero: false, maximumBinCount: 1024));
        }
        return keys.Append(Trainer([.. inputs, .. columns.Categories], epochs, progress));
    }

    /// <summary>ML.NET's trainers of trees, with their defaults, on the numbers as they are and a slot for each category.</summary>
    public IEnumerable<(string Name, IEstimator<ITransformer> Pipeline)> Trees()
    {
        InputOutputColumnPair[] categories =
            [.. columns.Categories.Select(name => new InputOutputColumnPair($"{name}.slots", name))];
        string[] parts = [.. columns.Numbers, .. categories.Select(pair => pair.OutputColumnName)];
        IEstimator<ITransformer> features = ml.Transforms.Concatenate(Features, parts);
        if (categories.Length > 0)
            features = ml.Transforms.Categorical.OneHotEncoding(categories).Append(features);
        return TreeTrainers().Select(tree => (tree.Name, (IEstimator<ITransformer>)features.Append(tree.Trainer)));
    }

    /// <summary>A trainer of the network on some columns.</summary>
    protected abstract IEstimator<ITransformer> Trainer(string[] inputs, int epochs, IProgress<TrainingProgress>? progress);

    /// <summary>Trainers of trees on <see cref="Features"/>.</summary>
    protected abstract IEnumerable<(string Name, IEstimator<ITransformer> Trainer)> TreeTrainers();

    /// <summary>The options that networks of both tasks have.</summary>
    protected static T Common<T>(T options, string[] inputs, int epochs, IProgress<TrainingProgress>? progress)
        where T : SupervisedNetworkOptions => options with
        {
            FeatureColumnNames = inputs,
            MultiInputArchitecture = (shapes, outputs) =>
                EntityEmbeddingNetwork.Create(shapes, outputs, [256, 128], activation: new SiLU()),
            Epochs = epochs,
            BatchSize = 256,
            Optimizer = new AdamW(),
            LearningRate = 3e-3,
            Schedule = new OneCycleSchedule(),
            Progress = progress,
            Seed = 1,
        };
}
