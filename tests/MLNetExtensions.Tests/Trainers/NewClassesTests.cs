using Microsoft.ML;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.Trainers;

/// <summary>A fit that goes on from a model of fewer classes.</summary>
public sealed class NewClassesTests
{
    private static readonly Points Known = new(1, 300);

    [Fact]
    public void Known_classes_keep_their_outputs_in_whatever_order_they_come()
    {
        NeuralNetworkTransformer model = Trainer(20).Fit(Table("mixed", "below", "above"));
        NeuralNetworkTransformer more = Trainer(1, new Sgd(), 1e-30).Fit(Table("above", "new", "mixed", "below"), null, model);
        NetworkWeights before = model.Model.Weights, after = more.Model.Weights;
        Assert.Equal(new TensorShape(4, 32), after["4.weight"].Shape);
        Assert.Equal(before["0.weight"].Values, after["0.weight"].Values);
        int[] places = [2, -1, 0, 1];
        for (int i = 0; i < 4; i++)
        {
            if (places[i] < 0)
                continue;
            Assert.Equal(before["4.weight"].Values.Skip(32 * places[i]).Take(32), after["4.weight"].Values.Skip(32 * i).Take(32));
            Assert.Equal(before["4.bias"].Values[places[i]], after["4.bias"].Values[i]);
        }
        Assert.Contains(after["4.weight"].Values[32..64], weight => weight != 0);
    }

    [Fact]
    public void A_new_class_is_learned_beside_the_known_ones()
    {
        MLContext ml = new(1);
        NeuralNetworkTransformer model = Trainer(40).Fit(Table("mixed", "below", "above"));
        // What is above with a positive noise is a class of its own.
        TableView finer = Table(
            ["mixed", "below", "above", "loud"], (row, key) => key == 3 && Known.Features[row][2] > 0 ? 4u : key);
        NeuralNetworkTransformer more = Trainer(40).Fit(finer, null, model);
        Assert.True(ml.MulticlassClassification.Evaluate(more.Transform(finer)).MicroAccuracy > 0.9);
    }

    [Fact]
    public void A_label_that_lacks_a_class_of_the_model_is_refused()
    {
        NeuralNetworkTransformer model = Trainer(1).Fit(Table("mixed", "below", "above"));
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(
            () => Trainer(1).Fit(Table("mixed", "below", "new", "newer"), null, model));
        Assert.Contains("'Label' has no key value 'above', which is a class of the initial model", e.Message);
    }

    [Fact]
    public void Another_network_is_refused()
    {
        NeuralNetworkTransformer model = Trainer(1).Fit(Table("mixed", "below", "above"));
        NeuralNetworkMulticlassTrainer other = new MLContext(1).MulticlassClassification.Trainers.NeuralNetwork(
            architecture: (shape, classes) => NetworkDefinition.Build(shape, b => b.Linear(8).ReLU().Linear(classes)));
        Assert.Contains(
            "not of the network to train",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => other.Fit(Table("mixed", "below", "above", "new"), null, model)).Message);
    }

    private static NeuralNetworkMulticlassTrainer Trainer(
        int epochs, Optimizer? optimizer = null, double learningRate = 0.01) =>
        new MLContext(1).MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
        {
            Epochs = epochs, LearningRate = learningRate, Optimizer = optimizer ?? new Adam(), Seed = 2,
        });

    private static TableView Table(params string[] classes) => Table(classes, (_, key) => key);

    /// <summary>The points, with the classes mixed, below and above at the places of their names.</summary>
    private static TableView Table(string[] classes, Func<int, uint, uint> change)
    {
        string[] names = ["mixed", "below", "above"];
        uint[] keys =
        [
            .. Known.Classes.Select((value, row) => change(row, (uint)Math.Max(Array.IndexOf(classes, names[value]), 0) + 1)),
        ];
        return new(
            TableColumn.Key("Label", keys, classes.Length, TableColumn.TextAnnotation("KeyValues", classes)), Known.Column);
    }
}
