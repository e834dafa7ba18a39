using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>LeNet-5 learns handwritten digits equally well on both engines.</summary>
public class MnistParityTests
{
    [TorchDataFact("mnist")]
    public void LeNet5ReachesTheSameAccuracy()
    {
        string folder = TorchDataFactAttribute.Find("mnist");
        MLContext ml = TestDevice.Context(seed: 1);
        IDataView train = ml.Data.TakeRows(Load("train"), 20_000), test = Load("t10k");
        double managed = Accuracy(ml.MulticlassClassification.Trainers.NeuralNetwork(Options()));
        double torch = Accuracy(ml.MulticlassClassification.Trainers.TorchSharpNeuralNetwork(Options()));
        Assert.True(managed > 0.97, $"managed {managed:F4}");
        Assert.Equal(managed, torch, 0.003);

        IDataView Load(string part) =>
            ml.Data.LoadFromIdxFiles(File($"{part}-images-idx3-ubyte"), File($"{part}-labels-idx1-ubyte"));

        string File(string name) =>
            Directory.EnumerateFiles(folder, name + "*").FirstOrDefault() ?? Path.Combine(folder, name);

        double Accuracy(NeuralNetworkMulticlassTrainer trainer)
        {
            using NeuralNetworkTransformer model = trainer.Fit(train);
            return ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        }

        static NeuralNetworkMulticlassTrainer.Options Options() => new()
        {
            Architecture = (shape, classes) => LeNet5.Create(classes, shape, new Normalize([33.32f], [78.57f])),
            Epochs = 3, BatchSize = 64, LearningRate = 2e-3, Optimizer = new AdamW(), Schedule = new OneCycleSchedule(), Seed = 1,
        };
    }
}
