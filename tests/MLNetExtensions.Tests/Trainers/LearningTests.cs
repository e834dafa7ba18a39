using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>The trainers learn.</summary>
public sealed class LearningTests
{
    /// <summary>Every task but that of anomalies, which any model can tell that lie at the rim.</summary>
    public static IEnumerable<object[]> Learned => TaskCase.Names.Where(name => name[0] is not "anomaly");

    [Theory]
    [MemberData(nameof(Learned))]
    public void Learns_what_no_linear_model_can(string task)
    {
        TaskCase @case = TaskCase.All[task];
        MLContext ml = new();
        NeuralNetworkTransformer model = @case.Trainer(ml).Fit(@case.Train);
        double quality = @case.Quality(ml, model.Transform(@case.Test));
        Assert.True(quality > 0.93, $"{quality}");
        Assert.Equal(Enumerable.Range(1, 30), model.History.Select(epoch => epoch.Epoch));
        Assert.True(model.History[^1].Loss < 0.5 * model.History[0].Loss);
    }

    [Fact]
    public void The_default_network_learns_too()
    {
        TaskCase @case = TaskCase.All["binary"];
        MLContext ml = new(seed: 1);
        NeuralNetworkTransformer model = ml.BinaryClassification.Trainers.NeuralNetwork(learningRate: 0.01).Fit(@case.Train);
        Assert.True(@case.Quality(ml, model.Transform(@case.Test)) > 0.93);
    }

    [Fact]
    public void Predicted_keys_map_back_to_the_labels_of_a_pipeline()
    {
        MLContext ml = new(seed: 1);
        Points points = new(1, 400), others = new(2, 100);
        string[] names = ["mixed", "below", "above"];
        TableView Table(Points from) => new(TableColumn.Text("Name", from.Classes.Select(value => names[value])), from.Column);
        IEstimator<ITransformer> pipeline = ml.Transforms.Conversion.MapValueToKey("Label", "Name")
            .Append(ml.Transforms.NormalizeMeanVariance("Features"))
            .Append(ml.MulticlassClassification.Trainers.NeuralNetwork(numberOfEpochs: 30, learningRate: 0.01))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
        IDataView scored = pipeline.Fit(Table(points)).Transform(Table(others));
        string[] expected = [.. others.Classes.Select(value => names[value])];
        string[] actual = [.. Values.Scalars<ReadOnlyMemory<char>>(scored, "Answer").Select(text => text.ToString())];
        Assert.InRange(expected.Zip(actual).Count(pair => pair.First == pair.Second), 90, 100);
    }

    [Fact]
    public void Regression_scores_are_in_the_unit_of_the_label_whether_it_is_standardised_or_not()
    {
        Points points = new(1, 200);
        TableView table = new(TableColumn.Single("Label", points.Features.Select(row => 1000 + 100 * row[0])), points.Column);
        MLContext ml = new(seed: 1);
        float[] Scores(bool standardize) =>
            Values.Floats(ml.Regression.Trainers.NeuralNetwork(new NeuralNetworkRegressionTrainer.Options
        {
            StandardizeLabel = standardize,
            Architecture = (shape, outputs) => NetworkDefinition.Build(shape, network => network.Linear(outputs)),
            Epochs = standardize ? 60 : 200, LearningRate = standardize ? 0.03 : 5,
        }).Fit(table).Transform(table));
        float[] expected = [.. points.Features.Select(row => 1000 + 100 * row[0])];
        Values.Close(expected, Scores(true), 3);
        Values.Close(expected, Scores(false), 3);
    }

    [Fact]
    public void A_constant_label_is_predicted_as_it_is()
    {
        Points points = new(1, 100);
        TableView table = new(TableColumn.Single("Label", points.Products.Select(_ => 7f)), points.Column);
        NeuralNetworkTransformer model = TaskCase.All["regression"].Trainer(new MLContext()).Fit(table);
        Values.Close([.. Enumerable.Repeat(7f, 100)], Values.Floats(model.Transform(table)), 0.1);
    }
}
