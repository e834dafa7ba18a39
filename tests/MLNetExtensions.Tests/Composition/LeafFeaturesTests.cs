using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using MLNetExtensions.Networks.Architectures;

namespace MLNetExtensions.Tests.Composition;

/// <summary>The leaves of ML.NET's trees as features of a network.</summary>
public sealed class LeafFeaturesTests
{
    [Fact]
    public void Leaves_of_FastTree_feed_a_network_that_is_saved_and_loaded_with_equal_scores()
    {
        MLContext ml = new(seed: 1);
        Points train = new(1, 500), test = new(2, 300);
        // Without a hidden layer a network cannot learn a product; what the leaves say of it, it can.
        IEstimator<ITransformer> network = ml.BinaryClassification.Trainers.NeuralNetwork(
            architecture: (shape, outputs) => FeedForward.Create(shape, outputs, []), numberOfEpochs: 20, learningRate: 0.02);
        ITransformer alone = network.Fit(Table(train));
        ITransformer model = ml.Transforms.FeaturizeByFastTreeBinary(new FastTreeBinaryFeaturizationEstimator.Options
            {
                InputColumnName = "Features",
                LeavesColumnName = "Leaves",
                TrainerOptions = new() { NumberOfTrees = 20, NumberOfLeaves = 8, MinimumExampleCountPerLeaf = 5 },
            })
            .Append(ml.Transforms.Concatenate("Features", "Features", "Leaves"))
            .Append(network)
            .Fit(Table(train));

        Assert.InRange(Auc(alone), 0.3, 0.7);
        Assert.InRange(Auc(model), 0.95, 1);

        using TempFolder folder = new();
        ml.Model.Save(model, Table(train).Schema, folder.File("model.zip"));
        ITransformer loaded = new MLContext().Model.Load(folder.File("model.zip"), out _);
        Assert.Equal(Values.Bits(Predictions.ByTransform(model, test)), Values.Bits(Predictions.ByTransform(loaded, test)));
        Assert.Equal(Values.Bits(Predictions.ByEngine(ml, model, test)), Values.Bits(Predictions.ByEngine(ml, loaded, test)));

        double Auc(ITransformer model) =>
            ml.BinaryClassification.Evaluate(model.Transform(Table(test))).AreaUnderRocCurve;
    }

    private static TableView Table(Points points) =>
        new(TableColumn.Boolean("Label", points.Products.Select(product => product > 0)), points.Column);
}
