using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.Tests.RealData;

/// <summary>What was learned from many images of some classes helps with few of others.</summary>
public sealed class DigitTransferTests
{
    private const string Images = "mnist/train-images-idx3-ubyte.gz", Labels = "mnist/train-labels-idx1-ubyte.gz";

    private const int Pretraining = 24000, PerClass = 10, Measured = 2000, Seeds = 5;

    [RealDataFact(Images, Labels)]
    public void Ten_images_of_each_new_digit_do_more_for_a_network_that_knows_others()
    {
        IDataView digits = new MLContext().Data.LoadFromIdxFiles(RealDataFactAttribute.PathOf(Images), RealDataFactAttribute.PathOf(Labels));
        uint[] labels = Values.Scalars<uint>(digits, "Label");
        byte[][] pixels = Values.Vectors<byte>(digits, "Features");
        int[] known = [.. Rows(key => key <= 5)], others = [.. Rows(key => key > 5)];

        NetworkModel pretrained = Trainer(1, epochs: 3).Fit(Table(known.Take(Pretraining), 0)).Model;
        TableView measured = Table(others.TakeLast(Measured), 5);
        double[] gains = [.. Enumerable.Range(1, Seeds).Select(seed =>
        {
            int[] candidates = [.. others.SkipLast(Measured)];
            new Random(seed).Shuffle(candidates);
            TableView few = Table(candidates.GroupBy(row => labels[row]).SelectMany(rows => rows.Take(PerClass)), 5);
            NeuralNetworkMulticlassTrainer scratch = Trainer(seed, epochs: 40);
            NeuralNetworkMulticlassTrainer tuned = Trainer(seed, epochs: 40, options =>
            {
                options.InitialWeights = Features(pretrained);
                options.LearningRateFactors = new Dictionary<string, double> { ["features"] = 0.1 };
            });
            return Accuracy(tuned.Fit(few)) - Accuracy(scratch.Fit(few));
        })];
        Assert.True(gains.Average() >= 0.05, $"gains {string.Join(", ", gains.Select(gain => $"{gain:P1}"))}");

        IEnumerable<int> Rows(Func<uint, bool> isWanted) =>
            Enumerable.Range(0, labels.Length).Where(row => isWanted(labels[row]));

        TableView Table(IEnumerable<int> rows, uint firstKey)
        {
            int[] taken = [.. rows];
            return new(
                TableColumn.Key("Label", taken.Select(row => labels[row] - firstKey), 5),
                TableColumn.Vector("Features", NumberDataViewType.Byte, taken.Select(row => pixels[row]), [1, 28, 28]));
        }

        double Accuracy(NeuralNetworkTransformer model) =>
            new MLContext().MulticlassClassification.Evaluate(model.Transform(measured)).MicroAccuracy;
    }

    /// <summary>The convolutions. What comes behind them tells the digits apart that the network was trained on: with it the new ones are
    /// learned worse.</summary>
    private static NetworkWeights Features(NetworkModel model) =>
        new(model.Weights.Where(pair => pair.Key.StartsWith("features", StringComparison.Ordinal)));

    private static NeuralNetworkMulticlassTrainer Trainer(
        int seed, int epochs, Action<NeuralNetworkMulticlassTrainer.Options>? change = null)
    {
        NeuralNetworkMulticlassTrainer.Options options = new()
        {
            Architecture = (shape, classes) => LeNet5.Create(classes, shape, new Normalize([33.32f], [78.57f])),
            Epochs = epochs, LearningRate = 2e-3, Seed = seed,
        };
        change?.Invoke(options);
        return new MLContext(seed).MulticlassClassification.Trainers.NeuralNetwork(options);
    }
}
