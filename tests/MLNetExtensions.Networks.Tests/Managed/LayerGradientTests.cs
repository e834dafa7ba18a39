using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>Gradients of every layer: of its parameters, and of its input through a linear layer before it.</summary>
public class LayerGradientTests
{
    public static TheoryData<string> Levels => [.. SimdLevels.Supported.Select(level => level.ToString())];

    [Theory, MemberData(nameof(LayerCases.All), MemberType = typeof(LayerCases))]
    public void EveryLayer(LayerCase row)
    {
        foreach (int count in new[] { 2, 7, 19 })
            GradientCheck.Run(row.Network, count);
    }

    [Theory, MemberData(nameof(LayerCases.All), MemberType = typeof(LayerCases))]
    public void EveryLayerOnOneExample(LayerCase row)
    {
        // One value a channel has no variance to normalise by: its gradients vanish.
        if (row.Layer is not BatchNorm || row.Inputs[0].SpatialSize > 1)
            GradientCheck.Run(row.Network, 1);
    }

    [Fact]
    public void ImageOfOnePixel() => GradientCheck.Run(
        NetworkDefinition.Build(new(17, 1, 1), b => b.Conv2d(3, 3, padding: 1).ReLU().MaxPool2d(1).BatchNorm2d().Flatten().Linear(2)), 5);

    [Theory, MemberData(nameof(Levels))]
    public void ConvolutionsBeforeAMaximumOverTime(string level)
    {
        // Two windows, whose gradients of the same values are added, and an activation between: both gradients are sparse.
        NetworkDefinition sentence = NetworkDefinition.Build(new(20, 95), b =>
        {
            string values = b.Conv1d(17, 1, name: "values").Current;
            string[] pooled =
            [
                b.From(values).Conv1d(18, 4, padding: 3).ReLU().Slice(1, 0, 90).PoolOverTime(dimension: 1).Current,
                b.From(values).Conv1d(22, 3, padding: 2).Slice(1, 0, 90).Tanh().PoolOverTime(dimension: 1).Current,
            ];
            b.Add(new Concat(), "pooled", pooled).Linear(3);
        });
        NetworkDefinition image = NetworkDefinition.Build(new(17, 9, 8), b =>
            b.Conv2d(16, 1).Conv2d(8, 3, padding: 1).MaxPool2d((9, 8)).Flatten().Linear(2));
        foreach (int count in new[] { 1, 11 })
        {
            GradientCheck.Run(sentence, count, level: Enum.Parse<SimdLevel>(level));
            GradientCheck.Run(image, count, level: Enum.Parse<SimdLevel>(level));
        }
    }

    [Theory, MemberData(nameof(LayerCases.All), MemberType = typeof(LayerCases))]
    public void EveryLayerAtEveryVectorWidth(LayerCase row)
    {
        foreach (SimdLevel level in SimdLevels.Supported.Where(level => level != SimdLevels.Best))
            GradientCheck.Run(row.Network, 5, level: level);
    }

    [Theory, MemberData(nameof(Levels))]
    public void EveryVectorWidth(string level)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(5), b => b
            .Linear(9).BatchNorm1d().ReLU().Linear(8).LayerNorm().GELU().Linear(7).Tanh().Linear(6).Dropout(0.2).SiLU().Linear(4).Softmax().Linear(3));
        GradientCheck.Run(network, 11, level: Enum.Parse<SimdLevel>(level));
        NetworkDefinition images = NetworkDefinition.Build(new(2, 7, 6), b => b
            .Conv2d(5, 3, padding: 1).BatchNorm2d().ReLU().MaxPool2d(2).LocalResponseNorm(3, 0.2).Conv2d(4, 2).AdaptiveAvgPool2d(2, 2).Flatten().Linear(3));
        GradientCheck.Run(images, 5, level: Enum.Parse<SimdLevel>(level));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Losses(bool weighted)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(4), b => b.Linear(6).Tanh().Linear(3));
        GradientCheck.Run(network, 10, new CrossEntropyLoss(), weighted);
        GradientCheck.Run(network, 10, new BinaryCrossEntropyLoss(PositiveWeight: 2), weighted);
        GradientCheck.Run(network, 10, new MeanSquaredErrorLoss(), weighted);
        GradientCheck.Run(NetworkDefinition.Build(new(4), b => b.Linear(6).Tanh().Linear(1)), 21, new BinaryCrossEntropyLoss(), weighted);
    }

    [Fact]
    public void ResidualBlocks() => GradientCheck.Run(
        NetworkDefinition.Build(new(4), b => b
            .Linear(6)
            .Residual(m => m.Linear(6).ReLU().Linear(6))
            .ReLU()
            .Residual(m => m.BatchNorm1d().Linear(6), s => s.Linear(6))
            .Residual(m => m.Tanh())
            .Linear(2)), 9);

    [Fact]
    public void ConcatenatedBranches() => GradientCheck.Run(
        NetworkDefinition.Build(new(2, 5, 4), b => b
            .Conv2d(3, 1)
            .Concat(x => x.Conv2d(2, 3, padding: 1).ReLU(), x => x.MaxPool2d(3, 1, 1), x => { }, x => x.Conv2d(4, 1).Tanh().Conv2d(1, 1))
            .Flatten().Linear(2)), 6);

    [Fact]
    public void ValueUsedBySeveralLayers()
    {
        NetworkDefinition network = new(new(4),
        [
            new("a", new Linear(5), [NetworkDefinition.InputName]),
            new("b", new ReLU(), ["a"]),
            new("c", new Flatten(), ["b"]),
            new("d", new Add(), ["c", "b", "b"]),
            new("e", new Sigmoid(), ["c"]),
            new("f", new Concat(), ["d", "e", "a"]),
            new("unused", new Linear(2), ["f"]),
            new("g", new Linear(3), ["f"]),
        ]);
        GradientCheck.Run(network, 10, frozen: new HashSet<string> { "unused.weight", "unused.bias" });
    }

    [Fact]
    public void RectifiedBatchNorms()
    {
        GradientCheck.Run(NetworkDefinition.Build(new(3, 5, 4), b => b.Conv2d(4, 1).BatchNorm2d().ReLU().Flatten().Linear(2)), 9);
        GradientCheck.Run(
            NetworkDefinition.Build(new(4), b => b.Linear(5).BatchNorm1d(name: "norm").ReLU().Linear(2)), 9, frozen: new HashSet<string> { "norm.weight" });
    }

    /// <summary>Weights so large that many results are cut off at 6, others at 0.</summary>
    [Fact]
    public void RectifiedToSix()
    {
        foreach (Action<NetworkBuilder> layers in new Action<NetworkBuilder>[]
        {
            b => b.Linear(40).Reshape(new(2, 5, 4)).Conv2d(4, 3).ReLU6(), b => b.Linear(40).ReLU6(),
            b => b.Linear(40).Reshape(new(2, 5, 4)).Conv2d(4, 1).BatchNorm2d().Normalize([-0.5f], [0.2f]).Conv2d(3, 1).ReLU6().MaxPool2d(2),
            b => b.Linear(40).Reshape(new(2, 5, 4)).Normalize([0], [0.1f]).ConvTranspose2d(3, 2).ReLU6(),
        })
            GradientCheck.Run(NetworkDefinition.Build(new(4), b => { layers(b.Normalize([0], [0.05f])); b.Flatten().Linear(2); }), 9);
    }

    [Fact]
    public void FrozenParameters()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(4), b => b
            .Linear(5, name: "one").BatchNorm1d(name: "norm").ReLU().Linear(4, name: "two").Linear(3, name: "three").Linear(2, name: "four"));
        GradientCheck.Run(network, 7, frozen: new HashSet<string> { "one.weight", "norm.weight", "two.bias", "three.weight", "three.bias" });
        GradientCheck.Run(network, 7, frozen: new HashSet<string> { "one.weight", "one.bias", "norm.weight", "norm.bias", "two.weight" });
    }
}
