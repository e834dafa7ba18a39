using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;
using static MLNetExtensions.Tests.Parcels;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>Columns, networks and options that don't fit each other, named.</summary>
public sealed class SeveralColumnsErrorTests
{
    private readonly ContextLog _log = new();

    private MLContext Ml => _log.Context;

    [Fact]
    public void Keys_of_another_mapping_are_an_error()
    {
        ITransformer keys = Keys(Ml).Fit(View(Ml, 1, 100));
        IDataView train = keys.Transform(View(Ml, 1, 100));
        NeuralNetworkRegressionTrainer trainer = Trainer(Ml, Columns, 1);
        NeuralNetworkTransformer model = trainer.Fit(train);
        List<Parcel> turned = Rows(1, 100);
        turned.Reverse();
        IDataView others = Keys(Ml).Fit(Ml.Data.LoadFromEnumerable(turned)).Transform(Ml.Data.LoadFromEnumerable(turned));
        using TempFolder folder = new();
        Ml.Model.Save(model, train.Schema, folder.File("model.zip"));
        Func<object>[] ways =
        [
            () => model.Transform(others), () => Ml.Model.Load(folder.File("model.zip"), out _).Transform(others),
            () => trainer.Fit(train, others), () => trainer.Fit(others, null, model),
        ];
        Assert.All(ways, way => Assert.Contains(
            "The feature column 'City' has other key values than that of the training data, or in another order: key 1 is",
            Assert.Throws<InvalidOperationException>(way).Message));
        Assert.Single(trainer.Fit(train, train, model).History);
    }

    [Fact]
    public void Wrong_columns_are_named()
    {
        IDataView data = Keys(Ml).Fit(View(Ml, 1, 20)).Transform(View(Ml, 1, 20));
        Named("Could not find feature column 'None'", City, "None");
        Named(
            "Schema mismatch for feature column 'CityName': expected Single, a key, or a vector of Single, Byte or keys, got String",
            Weight, nameof(Parcel.CityName));
        NeuralNetworkTransformer network = Network(Keys(Ml).Append(Trainer(Ml, Columns, 1)).Fit(View(Ml, 1, 20)));
        IDataView numbers = Ml.Transforms.Conversion.ConvertType(City, Weight).Fit(data).Transform(data);
        Assert.Contains("feature column 'City': expected Key<UInt32, 0-3>, got Single", Assert.Throws<ArgumentOutOfRangeException>(
            () => network.Transform(numbers)).Message);
        Assert.Contains("Could not find feature column 'City'", Assert.Throws<ArgumentOutOfRangeException>(
            () => network.Transform(View(Ml, 1, 20))).Message);

        void Named(string message, params string[] columns)
        {
            NeuralNetworkRegressionTrainer trainer = Trainer(Ml, columns, 1);
            Assert.Contains(message, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(data)).Message);
            Assert.Contains(
                message, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(SchemaText.Shape(data.Schema))).Message);
        }
    }

    [Fact]
    public void Networks_that_do_not_fit_are_named()
    {
        IDataView data = Keys(Ml).Fit(View(Ml, 1, 20)).Transform(View(Ml, 1, 20));
        Named("The network has no input 'Weight' for the feature column of that name; it has 'City'", (inputs, outputs) =>
            EntityEmbeddingNetwork.Create([inputs[0]], outputs, []));
        Named("The network's input 'Other' is none of the feature columns 'City', 'Weight'", (inputs, outputs) =>
            EntityEmbeddingNetwork.Create([.. inputs, new("Other", new(1))], outputs, []));
        Named("The network's input 'City' takes numbers, but the feature column 'City' has keys", (inputs, outputs) =>
            EntityEmbeddingNetwork.Create([new(City, new(1)), inputs[1]], outputs, []));
        Named("The network's input 'City' has 3 ids, but the feature column 'City' has 5", (inputs, outputs) =>
            EntityEmbeddingNetwork.Create([new(City, new(1), 3), inputs[1]], outputs, []));
        Named("The network's input 'Weight' takes [3], but the feature column 'Weight' is Single", (inputs, outputs) =>
            EntityEmbeddingNetwork.Create([inputs[0], new(Weight, new(3))], outputs, []));
        Named("The network gives [2], but the task needs 1 outputs", (inputs, outputs) => EntityEmbeddingNetwork.Create(inputs, 2, []));
        Named("can't be made for the feature column 'City', 'Weight' and 1 outputs", (inputs, outputs) =>
            EntityEmbeddingNetwork.Create(inputs, outputs, [0]));

        void Named(string message, MultiInputArchitecture architecture) => Assert.Contains(
            message, Assert.Throws<ArgumentOutOfRangeException>(
                () => Trainer(Ml, [City, Weight], 1, options => options.MultiInputArchitecture = architecture).Fit(data)).Message);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        Refused("names 'City' twice", options => options.FeatureColumnNames = [City, City]);
        Refused("names 'Label', which is the label", options => options.FeatureColumnNames = [City, Price]);
        Refused("which name no column", options =>
            (options.FeatureColumnNames, options.MultiInputArchitecture) = ([], (inputs, outputs) => EntityEmbeddingNetwork.Create(inputs, outputs, [])));
        Refused("InputShape is for one feature column", options => options.InputShape = new(2));
        Refused("SequenceArchitecture is for one feature column", options =>
            options.SequenceArchitecture = (vocabulary, length, outputs) => TextCnn.Create(vocabulary, length, outputs));
        Assert.Contains("one column of windows", Assert.Throws<ArgumentException>(
            () => Ml.Forecasting.Trainers.NeuralNetwork(new() { FeatureColumnNames = [City] })).Message);

        void Refused(string message, Action<NeuralNetworkRegressionTrainer.Options> configure) => Assert.Contains(
            message, Assert.Throws<ArgumentException>(() => Trainer(Ml, Columns, 1, configure)).Message);
    }

    [Fact]
    public void Options_for_columns_that_are_not_there_are_refused()
    {
        IDataView data = Keys(Ml).Fit(View(Ml, 1, 20)).Transform(View(Ml, 1, 20));
        Refused("MaxLength is for vectors of keys, of which the feature columns 'City', 'Sides' are none", [City, Sides], options =>
            options.MaxLength = 5);
        Refused("InterleavedPixels is for pixels, of which the feature columns 'City', 'Weight' have none", [City, Weight], options =>
            options.InterleavedPixels = true);

        void Refused(string message, string[] columns, Action<NeuralNetworkRegressionTrainer.Options> configure) => Assert.Contains(
            message, Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(Ml, columns, 1, configure).Fit(data)).Message);
    }
}
