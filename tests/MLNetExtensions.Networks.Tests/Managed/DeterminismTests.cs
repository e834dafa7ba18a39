using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

public class DeterminismTests
{
    /// <summary>Large enough that every layer is shared out among threads.</summary>
    private static readonly NetworkDefinition Images = NetworkDefinition.Build(new(3, 20, 18), b => b
        .Normalize([0.5f], [0.3f]).Conv2d(24, 3, padding: 1).BatchNorm2d().ReLU().MaxPool2d(2).LocalResponseNorm(3, 0.2)
        .Residual(m => m.Conv2d(24, 3, padding: 1).LeakyReLU()).GELU().AvgPool2d(3, 2).Dropout(0.3).Flatten().LayerNorm()
        .Linear(130).ReLU().Dropout(0.4).Linear(10));

    /// <summary>Wide enough for Winograd's convolutions, and for gradients of transposed images.</summary>
    private static readonly NetworkDefinition WideImages = NetworkDefinition.Build(new(3, 20, 18), b => b
        .Conv2d(40, 3, padding: 1).ReLU().MaxPool2d(3, 2).Conv2d(33, 3, padding: 1).BatchNorm2d().ReLU().MaxPool2d(2)
        .Conv2d(70, 3, stride: 2, padding: 1).Conv2d(17, 1).ReLU().AdaptiveAvgPool2d().Flatten().Linear(10));

    private static readonly NetworkDefinition Sequences = NetworkDefinition.Build(new(12, 9), b =>
    {
        string values = b.Current, mask = b.Flatten().Slice(0, 0, 1).Normalize([-0.5f], [0.1f]).SequenceMask(12).Current;
        b.From(values).LSTM(35, layers: 2, dropout: 0.3, bidirectional: true, mask: mask).GRU(40, mask: mask).PoolOverTime(mask: mask)
            .Linear(10);
    });

    /// <summary>Wide and long enough for Winograd's convolutions of lines, and for sparse gradients.</summary>
    private static readonly NetworkDefinition Sentences = NetworkDefinition.Build(new(30, 33), b => b
        .Conv1d(64, 4, padding: 3).LayerNorm().ReLU().Conv1d(40, 5, padding: 2).Tanh().PoolOverTime(dimension: 1).Linear(10));

    private static readonly Dictionary<string, NetworkDefinition> Networks =
        new() { ["images"] = Images, ["wide images"] = WideImages, ["sequences"] = Sequences, ["sentences"] = Sentences };

    [Theory]
    [InlineData("images")]
    [InlineData("wide images")]
    [InlineData("sequences")]
    [InlineData("sentences")]
    public void ThreadsDoNotChangeABit(string name)
    {
        NetworkDefinition network = Networks[name];
        (double[] losses, float[][] weights, float[] scores) = Train(network, threads: 1, seed: 5);
        foreach (int threads in new[] { 2, 3, 7 })
        {
            (double[] otherLosses, float[][] otherWeights, float[] otherScores) = Train(network, threads, seed: 5);
            Assert.Equal(losses, otherLosses);
            Assert.Equal(weights, otherWeights);
            Assert.Equal(scores, otherScores);
        }
    }

    [Fact]
    public void TheSeedDecidesWhatIsDropped()
    {
        (double[] losses, float[][] weights, _) = Train(Images, threads: 1, seed: 5);
        (double[] again, float[][] weightsAgain, _) = Train(Images, threads: 1, seed: 5);
        (double[] other, _, _) = Train(Images, threads: 1, seed: 6);
        Assert.Equal(losses, again);
        Assert.Equal(weights, weightsAgain);
        Assert.NotEqual(losses[0], other[0]);
    }

    private static (double[] Losses, float[][] Weights, float[] Scores) Train(NetworkDefinition network, int threads, int seed)
    {
        const int Count = 70;
        using WorkerPool pool = new(threads);
        ManagedRuntime<float> runtime = new(SimdLevels.Best, pool);
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        TrainingSessionOptions options = new(Count, new CrossEntropyLoss(), new Adam(), seed) { GradientClipNorm = 1, AverageDecay = 0.9 };
        float[] features = SessionFactory.Normal(2, Count * network.InputShape.Size), scores = new float[Count * 10];
        float[] targets = [.. Enumerable.Range(0, Count).Select(i => (float)(i % 10))];
        using ManagedTrainingSession<float> session = new(network, weights, options, runtime);
        double[] losses = [.. Enumerable.Range(0, 4).Select(_ => session.TrainStep(new(Count, features, targets), 1e-3))];
        session.ReadWeights(weights);
        using ManagedCompiledNetwork<float> compiled = new(new(network, weights), SimdLevels.Best, pool);
        using IInferenceSession inference = compiled.CreateSession(Count);
        inference.Run(features, Count, scores);
        return (losses, [.. weights.Select(pair => pair.Value.Values)], scores);
    }
}
