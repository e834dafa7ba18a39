using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests;

/// <summary>Made-up parcels with columns of every kind that a network can take, the same for the same seed. The price depends on each of
/// them.</summary>
internal static class Parcels
{
    public const string City = "City", Weight = "Weight", Sides = "Sides", Tags = "Tags", Price = "Label";

    public static readonly string[] Columns = [City, Weight, Sides, Tags];

    private static readonly string[] Cities = ["Oslo", "Rome", "Bonn", "Kyiv"], TagNames = ["fragile", "cold", "large", "late"];

    /// <summary>A parcel; ML.NET reads the properties.</summary>
    public sealed class Parcel
    {
        public string CityName { get; set; } = "";
        public float Weight { get; set; }

        [VectorType(2)]
        public float[] Sides { get; set; } = [];

        public string TagText { get; set; } = "";
        public float Label { get; set; }
    }

    public sealed class Prediction
    {
        public float Score { get; set; }
    }

    public static List<Parcel> Rows(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int city = random.Next(Cities.Length);
            int[] tags = [.. Enumerable.Range(0, TagNames.Length).Where(_ => random.Next(3) == 0)];
            Parcel parcel = new()
            {
                CityName = Cities[city], Weight = random.NextSingle(), Sides = [random.NextSingle(), random.NextSingle()],
                TagText = string.Join(' ', tags.Select(tag => TagNames[tag])),
            };
            float tagged = tags.Length == 0 ? 0 : tags.Sum(tag => tag % 2 == 0 ? 5f : -5) / tags.Length;
            parcel.Label = 50 + 5 * (city % 2 == 0 ? city : -city) + 10 * parcel.Weight + 10 * parcel.Sides[0] * parcel.Sides[1] + tagged;
            return parcel;
        })];
    }

    public static IDataView View(MLContext ml, int seed, int count) => ml.Data.LoadFromEnumerable(Rows(seed, count));

    /// <summary>Cities as a key, tags as a vector of any number of keys.</summary>
    public static IEstimator<ITransformer> Keys(MLContext ml) => ml.Transforms.Conversion.MapValueToKey(City, nameof(Parcel.CityName))
        .Append(ml.Transforms.Text.TokenizeIntoWords(Tags, nameof(Parcel.TagText)))
        .Append(ml.Transforms.Conversion.MapValueToKey(Tags));

    /// <summary>The network of a model, or of the pipeline that ends in it.</summary>
    public static NeuralNetworkTransformer Network(ITransformer model) => model as NeuralNetworkTransformer
        ?? ((TransformerChain<NeuralNetworkTransformer>)model).LastTransformer;

    /// <summary>A trainer of the price.</summary>
    public static NeuralNetworkRegressionTrainer Trainer(
        MLContext ml, string[] columns, int epochs, Action<NeuralNetworkRegressionTrainer.Options>? configure = null)
    {
        NeuralNetworkRegressionTrainer.Options options = Set(new NeuralNetworkRegressionTrainer.Options(), columns, epochs);
        configure?.Invoke(options);
        return ml.Regression.Trainers.NeuralNetwork(options);
    }

    /// <summary>Options for some columns.</summary>
    public static TOptions Set<TOptions>(TOptions options, string[] columns, int epochs)
        where TOptions : NeuralNetworkOptions
    {
        (options.FeatureColumnNames, options.Epochs, options.LearningRate, options.Seed) = (columns, epochs, 5e-3, 1);
        return options;
    }
}
