using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Tests;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>Every layer on both engines: outputs, gradients and twenty steps.</summary>
public class LayerParityTests
{
    [TorchTheory, MemberData(nameof(LayerCases.Certain), MemberType = typeof(LayerCases))]
    public void EveryLayer(LayerCase row)
    {
        foreach (int count in new[] { 3, 8 })
            Parity.Check(row.Network, new(count, new MeanSquaredErrorLoss(), new Sgd(Momentum: 0.5), Seed: 1), 1e-3);
    }

    [TorchFact]
    public void ALayerThatNobodyUses()
    {
        NetworkDefinition network = new(new(4),
        [
            new("used", new Linear(5), ["input"]), new("unused", new Linear(6), ["used"]), new("last", new Linear(2), ["used"]),
        ]);
        // Decay takes from the weights of all layers.
        Parity.Check(network, new(8, new MeanSquaredErrorLoss(), new AdamW(WeightDecay: 0.5), Seed: 1), 1e-3);
    }

    /// <summary>Its values do not lie behind each other.</summary>
    [TorchFact]
    public void AnOutputOfOneColumn() => Parity.Check(
        NetworkDefinition.Build(new(5), b => b.Linear(4).Slice(0, 1, 2)), new(8, new MeanSquaredErrorLoss(), new Sgd(), Seed: 1), 1e-3);

    /// <summary>Batch normalisation of one value a channel has no variance: PyTorch refuses it, and so do both engines.</summary>
    [TorchFact]
    public void BatchNormOfOneValue()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(4), b => b.Linear(5).BatchNorm1d(name: "norm").Linear(3));
        NetworkWeights before = Parity.Weights(network), after = before.Clone();
        TrainingSessionOptions options = new(4, new MeanSquaredErrorLoss(), new Sgd(), Seed: 1);
        foreach (INetworkEngine engine in new INetworkEngine[] { ManagedEngine.Default, TestDevice.Engine() })
        {
            using ITrainingSession session = engine.CreateTrainingSession(network, before, options);
            var e = Assert.Throws<ArgumentException>(() => session.TrainStep(new(1, new float[4], new float[3]), 0.1));
            Assert.Contains("'norm' has one value a channel and example", e.Message);
            Assert.Throws<ArgumentException>(() => session.ComputeGradients(new(1, new float[4], new float[3])));
            session.Infer(new float[4], 1, new float[3]);
            session.ReadWeights(after);
            Assert.All(before, pair => Assert.Equal(pair.Value.Values, after[pair.Key].Values));
        }
        // Of an image it has one value a pixel.
        NetworkDefinition images = NetworkDefinition.Build(new(2, 3, 3), b => b.BatchNorm2d().Flatten().Linear(3));
        Parity.Check(images, options with { BatchSize = 1 }, 1e-2, steps: 0);
    }

    /// <summary>Whatever of a batch normalisation is frozen stays, and the rest learns.</summary>
    [TorchTheory]
    [InlineData(true, "1.weight", "1.bias", "1.running_mean", "1.running_var")]
    [InlineData(true, "1.weight")]
    [InlineData(true, "1.running_mean")]
    [InlineData(true, "1.running_var")]
    [InlineData(false, "1.running_mean", "1.running_var")]
    [InlineData(false, "1.running_var")]
    public void FrozenBatchNorm(bool affine, params string[] frozen)
    {
        NetworkDefinition network =
            NetworkDefinition.Build(new(4), b => b.Linear(5).Add(new BatchNorm1d(Affine: affine)).ReLU().Linear(3));
        NetworkWeights before = Parity.Weights(network), after = before.Clone();
        TrainingSessionOptions options =
            new(8, new MeanSquaredErrorLoss(), new Sgd(), Seed: 1) { Frozen = new HashSet<string>(frozen) };
        Parity.Check(network, options, 0.01, before);
        foreach (INetworkEngine engine in new INetworkEngine[] { ManagedEngine.Default, TestDevice.Engine() })
        {
            using ITrainingSession session = engine.CreateTrainingSession(network, before, options);
            session.TrainStep(new(8, Parity.Normal(3, 32), Parity.Normal(4, 24)), 0.1);
            session.ReadWeights(after);
            foreach ((string name, WeightTensor tensor) in before)
            {
                bool stays = frozen.Contains(name) || name.Contains("running");
                Assert.Equal(stays, tensor.Values.SequenceEqual(after[name].Values));
            }
        }
    }

    [TorchFact]
    public void DropoutDropsItsShare()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(20_000), b => b.Dropout(0.3).Linear(1, bias: false));
        NetworkWeights weights = new([new("1.weight", new(new(1, 20_000), [.. Enumerable.Repeat(1f, 20_000)]))]);
        TrainingSessionOptions options = new(1, new MeanSquaredErrorLoss(), new Sgd(), Seed: 4);
        float[] ones = [.. Enumerable.Repeat(1f, 20_000)];

        float[] first = InputScales(options), again = InputScales(options);
        Assert.Equal(first, again);
        // Every bit of the seed counts.
        Assert.NotEqual(first, InputScales(options with { Seed = 5 }));
        Assert.NotEqual(first, InputScales(options with { Seed = 4 | 1 << 30 }));
        Assert.InRange(first.Count(value => value == 0), 5_700, 6_300);
        // The output is the sum of the kept ones over 0.7, so each slope is 0 or one and the same number.
        Assert.Equal(2, first.Distinct().Count());

        float[] InputScales(TrainingSessionOptions options)
        {
            using ITrainingSession session = TestDevice.Engine().CreateTrainingSession(network, weights, options);
            session.ComputeGradients(new(1, ones, [0]));
            NetworkWeights gradients = weights.Clone();
            session.ReadGradients(gradients);
            float[] outputs = new float[1];
            session.Infer(ones, 1, outputs);
            Assert.Equal(20_000, outputs[0]);
            return gradients["1.weight"].Values;
        }
    }
}
