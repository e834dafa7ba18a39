using Microsoft.ML;
using Microsoft.ML.Data;
using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Training;
using MLNetExtensions.Trainers;
using MLNetExtensions.Transformers;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>The trainers on libtorch, and their models without it.</summary>
public class ModelParityTests
{
    /// <summary>What a network learned on libtorch scores the same on both engines, after it was saved and loaded.</summary>
    [TorchFact]
    public void SavedModelScoresOnTheManagedEngine()
    {
        MLContext ml = TestDevice.Context(seed: 1);
        IDataView data = Rings(ml);
        using NeuralNetworkTransformer model = ml.BinaryClassification.Trainers
            .TorchSharpNeuralNetwork(Options(epochs: 60)).Fit(data);
        Assert.True(ml.BinaryClassification.Evaluate(model.Transform(data)).Accuracy > 0.95);

        using MemoryStream zip = new();
        ml.Model.Save(model, data.Schema, zip);
        zip.Position = 0;
        float[] loaded = [.. new MLContext().Model.Load(zip, out _).Transform(data).GetColumn<float>("Score")];

        float[] features = [.. data.GetColumn<float[]>("Features").SelectMany(row => row)];
        float[] scores = new float[loaded.Length];
        using IInferenceSession session = TestDevice.Engine().CreateInferenceSession(model.Model, 100);
        for (int row = 0; row < scores.Length; row += 100)
            session.Run(features.AsSpan(2 * row, 200), 100, scores.AsSpan(row, 100));
        Assert.All(loaded.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1, Math.Abs(pair.First))));
    }

    /// <summary>Without dropout both engines take the same path: the same loss in each epoch.</summary>
    [TorchFact]
    public void HistoryIsThatOfTheManagedEngine()
    {
        MLContext ml = TestDevice.Context(seed: 1);
        IDataView data = Rings(ml);
        using NeuralNetworkTransformer managed = ml.BinaryClassification.Trainers.NeuralNetwork(Options(epochs: 5)).Fit(data);
        using NeuralNetworkTransformer torch =
            ml.BinaryClassification.Trainers.TorchSharpNeuralNetwork(Options(epochs: 5)).Fit(data);
        Assert.Equal(5, managed.History.Count);
        Parity.Equal("losses", Losses(managed), Losses(torch));

        static float[] Losses(NeuralNetworkTransformer model) => [.. model.History.Select(epoch => (float)epoch.Loss)];
    }

    [TorchFact]
    public void EveryTaskHasAShortOverload()
    {
        MLContext ml = TestDevice.Context(seed: 1);
        IDataView data = Rings(ml);
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        IDataView numbered = ml.Transforms.CopyColumns("Label", "Number").Fit(data).Transform(data);
        using NeuralNetworkTransformer binary =
            ml.BinaryClassification.Trainers.TorchSharpNeuralNetwork(numberOfEpochs: 2).Fit(data);
        using NeuralNetworkTransformer multiclass =
            ml.MulticlassClassification.Trainers.TorchSharpNeuralNetwork(numberOfEpochs: 2).Fit(keyed);
        using NeuralNetworkTransformer regression =
            ml.Regression.Trainers.TorchSharpNeuralNetwork(numberOfEpochs: 2).Fit(numbered);
        Assert.True(double.IsFinite(ml.BinaryClassification.Evaluate(binary.Transform(data)).LogLoss));
        Assert.True(double.IsFinite(ml.MulticlassClassification.Evaluate(multiclass.Transform(keyed)).LogLoss));
        Assert.True(double.IsFinite(ml.Regression.Evaluate(regression.Transform(numbered)).RSquared));
    }

    /// <summary>Each starts where the other stopped.</summary>
    [TorchFact]
    public void EitherEngineStartsFromTheOthersModel()
    {
        MLContext ml = TestDevice.Context(seed: 1);
        IDataView data = Rings(ml);
        NeuralNetworkBinaryTrainer managed = ml.BinaryClassification.Trainers.NeuralNetwork(Options(epochs: 20));
        NeuralNetworkBinaryTrainer torch = ml.BinaryClassification.Trainers.TorchSharpNeuralNetwork(Options(epochs: 20));
        using NeuralNetworkTransformer first = managed.Fit(data);
        using NeuralNetworkTransformer second = torch.Fit(data, null, first.Model);
        using NeuralNetworkTransformer third = managed.Fit(data, null, second.Model);
        Assert.True(second.History[0].Loss < first.History[0].Loss * 0.9);
        Assert.True(third.History[0].Loss < second.History[0].Loss);
    }

    /// <summary>The context says which device; where it is missing the processor takes its place only if that is
    /// allowed.</summary>
    [TorchFact]
    public void ContextSelectsTheDevice()
    {
        Assert.Equal("cpu", DeviceOf(new()));
        int missing = TorchSharpEngine.CudaDeviceCount;
        Assert.Equal("cpu", DeviceOf(new() { GpuDeviceId = missing, FallbackToCpu = true }));
        Assert.Contains($"cuda:{missing}", Assert.Throws<InvalidOperationException>(
            () => DeviceOf(new() { GpuDeviceId = missing, FallbackToCpu = false })).Message);

        static string DeviceOf(MLContext ml)
        {
            NeuralNetworkRegressionTrainer.Options options = new();
            ml.Regression.Trainers.TorchSharpNeuralNetwork(options);
            return Assert.IsType<TorchSharpEngine>(options.Engine).Device;
        }
    }

    private static NeuralNetworkBinaryTrainer.Options Options(int epochs) => new()
    {
        Architecture = (shape, outputs) => FeedForward.Create(shape, outputs, [16, 8], new Tanh()),
        Epochs = epochs, BatchSize = 16, LearningRate = 0.01, Seed = 2,
    };

    /// <summary>Points within a circle, and around it.</summary>
    private static IDataView Rings(MLContext ml)
    {
        Random random = new(5);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, 400).Select(_ =>
        {
            (float x, float y) = (random.NextSingle() * 2 - 1, random.NextSingle() * 2 - 1);
            float square = x * x + y * y;
            return new Point { Features = [x, y], Label = square < 0.6f, Number = square };
        }).ToArray());
    }

    private sealed class Point
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }

        public float Number { get; set; }
    }
}
