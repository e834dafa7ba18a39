using MLNetExtensions.Networks;
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
            Parity.Check(row.Network, new(count, new MeanSquaredErrorLoss(), new Sgd(1e-3, Momentum: 0.5), Seed: 1));
    }

    [TorchFact]
    public void ALayerThatNobodyUses()
    {
        NetworkDefinition network = new(new(4),
        [
            new("used", new Linear(5), ["input"]), new("unused", new Linear(6), ["used"]), new("last", new Linear(2), ["used"]),
        ]);
        // Decay takes from the weights of all layers.
        Parity.Check(network, new(8, new MeanSquaredErrorLoss(), new AdamW(WeightDecay: 0.5), Seed: 1));
    }

    /// <summary>Batch normalisation of one value a channel has no variance: PyTorch refuses it, both engines go on.</summary>
    [TorchFact]
    public void BatchNormOfOneValue() => Parity.Check(
        NetworkDefinition.Build(new(4), b => b.Linear(5).BatchNorm1d().Linear(3)),
        new(1, new MeanSquaredErrorLoss(), new Sgd(), Seed: 1), steps: 0);

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
            using ITrainingSession session = new TorchSharpEngine("cpu").CreateTrainingSession(network, weights, options);
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
