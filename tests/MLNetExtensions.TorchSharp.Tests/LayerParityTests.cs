using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>Every layer on both engines: outputs, gradients and twenty steps.</summary>
public class LayerParityTests
{
    public static TheoryData<Layer> RowLayers =>
    [
        new Linear(7), new Linear(1, Bias: false), new ReLU(), new LeakyReLU(0.2), new LeakyReLU(-0.5), new GELU(), new SiLU(),
        new Tanh(), new Sigmoid(), new Softmax(), new BatchNorm1d(), new BatchNorm1d(0.01, 0.3, Affine: false), new LayerNorm(),
        new LayerNorm(0, 0.1, Affine: false), new Flatten(), new Reshape(new(5, 1, 1)), new Dropout(0),
        new Normalize([0.1f, 0.2f, -0.3f, 0.4f, 0.5f], [1, 2, 3, 0.4f, 0.5f]),
    ];

    public static TheoryData<Layer> ImageLayers =>
    [
        new Conv2d(4, 3), new Conv2d(6, 3, Padding: 1, Bias: false), new Conv2d(3, 2, Stride: 3),
        new Conv2d(6, 3, Padding: 2, Dilation: 2, Groups: 3), new Conv2d(5, 1), new MaxPool2d(2), new MaxPool2d(3, 2, 1),
        new MaxPool2d(2, CeilMode: true), new AvgPool2d(2), new AvgPool2d(3, 2, 1),
        new AvgPool2d(3, 2, 1, CeilMode: true, CountIncludePad: false), new AdaptiveAvgPool2d(), new AdaptiveAvgPool2d(2, 3),
        new BatchNorm2d(), new BatchNorm2d(Affine: false), new LayerNorm(1), new LayerNorm(2), new LayerNorm(),
        new LocalResponseNorm(2, 0.5, 0.75, 2), new LocalResponseNorm(5, 0.3), new Softmax(), new Flatten(),
        new Normalize([0.5f], [0.8f]), new Normalize([0.5f, 0, 1], [0.8f, 1, 2]), new Linear(4), new GELU(), new LeakyReLU(),
        new Reshape(new(9, 14)),
    ];

    [TorchTheory, MemberData(nameof(RowLayers))]
    public void RowLayer(Layer layer) => Check(new(4), b => b.Linear(5).Add(layer).Linear(3));

    [TorchTheory, MemberData(nameof(ImageLayers))]
    public void ImageLayer(Layer layer) => Check(new(3, 6, 5), b => b.Linear(7).Add(layer).Flatten().Linear(2));

    [TorchFact]
    public void LengthLayer() => Check(new(3, 6), b => b.Linear(4).BatchNorm1d().Tanh().Flatten().Linear(2));

    [TorchFact]
    public void BranchesThatAdd() => Check(new(3, 6, 5), b => b
        .Conv2d(4, 3)
        .Branches(new Add(), null, x => x.Conv2d(4, 3, padding: 1).Tanh(), x => x.Conv2d(4, 1), _ => { })
        .Flatten().Linear(2));

    [TorchFact]
    public void BranchesBehindEachOther() => Check(new(3, 6, 5), b => b
        .Conv2d(4, 3)
        .Branches(new Concat(), null, x => x.Conv2d(2, 3, padding: 1).Tanh(), x => x.AvgPool2d(3, 1, 1), _ => { })
        .Flatten().Linear(2));

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

    private static void Check(TensorShape shape, Action<NetworkBuilder> build)
    {
        foreach (int count in new[] { 3, 8 })
        {
            TrainingSessionOptions options = new(count, new MeanSquaredErrorLoss(), new Sgd(1e-3, Momentum: 0.5), Seed: 1);
            Parity.Check(NetworkDefinition.Build(shape, build), options);
        }
    }
}
