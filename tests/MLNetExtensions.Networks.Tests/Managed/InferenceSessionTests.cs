using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

public class InferenceSessionTests
{
    private static readonly Dictionary<string, NetworkDefinition> Networks = new()
    {
        ["dense"] = NetworkDefinition.Build(new(8), b => b.Linear(64).ReLU().Linear(32).ReLU().Linear(1)),
        ["activations"] = NetworkDefinition.Build(new(5), b => b
            .Normalize([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]).Linear(19).GELU().Linear(18).LayerNorm().SiLU().Linear(7).Tanh().LeakyReLU().Dropout()
            .Linear(21).Sigmoid().Softmax()),
        ["batch norms"] = NetworkDefinition.Build(new(6), b => b
            .BatchNorm1d().Linear(20, bias: false).BatchNorm1d().ReLU().Linear(5).BatchNorm1d().BatchNorm1d().Linear(3).BatchNorm1d()),
        ["LeNet"] = NetworkDefinition.Build(new(1, 12, 11), b => b
            .Conv2d(6, 5, padding: 2).ReLU().MaxPool2d(2).Conv2d(18, 3).BatchNorm2d().ReLU().AvgPool2d(2).Flatten().Linear(20).ReLU().Linear(10)),
        ["image layers"] = NetworkDefinition.Build(new(3, 9, 7), b => b
            .Normalize([0.5f], [0.2f]).BatchNorm2d().Conv2d(20, 3, stride: 2, padding: 1).LocalResponseNorm(5, 0.4).Sigmoid()
            .Conv2d(20, 3, padding: 1, groups: 4).LayerNorm().AdaptiveAvgPool2d(2, 2).Softmax().Flatten().Tanh().Linear(4)),
        ["branches"] = NetworkDefinition.Build(new(3, 8, 8), b => b
            .Conv2d(17, 1).ReLU()
            .Residual(m => m.Conv2d(17, 3, padding: 1).BatchNorm2d().ReLU().Conv2d(17, 3, padding: 1).BatchNorm2d())
            .ReLU().Concat(x => x.Conv2d(16, 1), x => x.Conv2d(5, 1).ReLU(), x => x.MaxPool2d(3, 1, 1), x => { })
            .Conv2d(4, 1).AdaptiveAvgPool2d().Flatten().Linear(3)),
        // The sum of one deep layer is cut into two parts.
        ["sums"] = NetworkDefinition.Build(b =>
        {
            string first = b.From(b.Input("image", new(2, 5, 4))).Conv2d(17, 3, padding: 1).ReLU().Current;
            string inner = b.Conv2d(34, 1).ReLU().Conv2d(17, 3, padding: 1).Current;
            string folded = b.Add(new Add(), "folded", inner, first).ReLU6().Current;
            string deep = b.Conv2d(1088, 1, groups: 17).Tanh().Conv2d(17, 1).Current;
            string again = b.Add(new Add(), "again", folded, deep).Tanh().Current;
            string clamped = b.Conv2d(17, 1).Sigmoid().Conv2d(17, 1).ReLU().Current;
            b.Add(new Add(), "clamped before", clamped, again);
        }),
        ["sums whose terms stay"] = NetworkDefinition.Build(b =>
        {
            string image = b.Input("image", new(2, 5, 4));
            string own = b.From(image).Conv2d(2, 1).Current;
            b.Add(new Add(), "of the input", own, image).Tanh();
            string wide = b.Conv2d(150, 1).Tanh().Current;
            string read = b.Conv2d(150, 1).Current;
            b.Add(new Add(), "read by the layer", read, wide).Tanh().Conv2d(2, 1);
            string twice = b.Conv2d(2, 1).Current;
            string third = b.Add(new Add(), "of the same", twice, twice).Tanh().Output("third").Current;
            string aside = b.Conv2d(2, 1).ReLU().Conv2d(2, 1).Current;
            string fourth = b.Add(new Add(), "of an output", aside, third).Tanh().Current;
            string before = b.Conv2d(2, 1).ReLU().Conv2d(2, 1).Current;
            string fifth = b.Add(new Add(), "of what is needed later", before, fourth).Tanh().Current;
            string made = b.Conv2d(2, 1).Sigmoid().Conv2d(2, 1).Current;
            string sixth = b.Add(new Add(), "of what is needed besides", made, fifth).Tanh().Current;
            b.Add(new Concat(), "joined", sixth, fourth, made).Output("last");
        }),
        ["reconstruction error"] = NetworkDefinition.Build(new(3, 6, 5), b => b
            .MeanSquaredDifference(x => x.Conv2d(4, 3, stride: 2, padding: 1).ReLU().Upsample(2).Conv2d(3, (1, 2)).Sigmoid(), x => { })),
        ["inverted residuals"] = NetworkDefinition.Build(new(6, 45, 50), b => b
            .Conv2d(80, 1).ReLU6().Conv2d(80, 3, padding: 1, groups: 80).ReLU6().Conv2d(5, 1)
            .Conv2d(70, 1).BatchNorm2d().ReLU().Conv2d(70, (5, 3), (2, 1), (1, 2), (2, 1), groups: 70).Conv2d(3, 1)
            .Conv2d(90, 1).Conv2d(90, 2, stride: 3, groups: 90).AdaptiveAvgPool2d().Flatten().Linear(3)),
        ["image out"] = NetworkDefinition.Build(new(2, 4, 4), b => b.Conv2d(17, 3, padding: 1).Flatten().ReLU()),
        ["inputs and outputs"] = NetworkDefinition.Build(b =>
        {
            string image = b.Input("image", new(3, 5, 4)), row = b.Input("row", new(17)), scale = b.Input("scale", new(2, 2));
            string seen = b.From(image).Conv2d(17, 3).BatchNorm2d().ReLU().Output("seen").Flatten().Current;
            string known = b.From(row).Linear(5).BatchNorm1d().Current;
            b.Output("known").From(scale).Flatten().Output("scale");
            b.Add(new Concat(), "joined", seen, known, b.Current).Linear(19).ReLU().Output("hidden").Linear(3).Output("last");
        }),
        ["masks"] = NetworkDefinition.Build(b =>
        {
            string ids = b.Input("ids", new(20)), length = b.Input("length", new(1));
            string mask = b.From(ids).PaddingMask().Current, places = b.From(length).SequenceMask(20).Current;
            b.Add(new Add(), "sum", mask, places, ids).Linear(3);
        }),
        // The memory of the large numbers becomes that of the slice, whose vector has lanes without an id.
        ["ids of a slice"] = NetworkDefinition.Build(b =>
        {
            string numbers = b.Input("numbers", new(64)), ids = b.InputIds("ids", new(20), 7);
            b.From(numbers).Normalize([0], [1e-12f]).Linear(64).Linear(3).Output("large");
            b.From(ids).Slice(0, 0, 3).Embedding(7, 5).Output("words");
        }),
        ["rows of rows"] = NetworkDefinition.Build(new(3, 4), b => b.Linear(6).LayerNorm().Reshape(new(6, 3)).Linear(2).Flatten().Linear(2)),
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (SimdLevel level in SimdLevels.Supported)
            {
                foreach (string name in Networks.Keys)
                    data.Add(name, level.ToString());
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void EqualsTheTrainingSession(string name, string level)
    {
        foreach (int sessionSize in new[] { 1, 37 })
            Compare(Networks[name], Enum.Parse<SimdLevel>(level), sessionSize);
    }

    [Theory, MemberData(nameof(LayerCases.All), MemberType = typeof(LayerCases))]
    public void EveryLayerEqualsTheTrainingSession(LayerCase row)
    {
        foreach (SimdLevel level in SimdLevels.Supported)
        {
            foreach (int sessionSize in new[] { 1, 5 })
            {
                foreach (NetworkDefinition network in row.Alone.Prepend(row.Network))
                    Compare(network, level, sessionSize);
            }
        }
    }

    /// <summary>All but the network that joins a flattened image and a row, whose orders differ.</summary>
    public static TheoryData<string> OfOne =>
    [
        "MobileNetV2", "transformer", "causal transformer", "vision transformer", "words",
        .. Networks.Keys.Except(["inputs and outputs"]),
    ];

    /// <summary>Of one example in the layout for batches most lanes would be empty.</summary>
    [Theory, MemberData(nameof(OfOne))]
    public void OneExampleHasALayoutOfItsOwn(string name)
    {
        NetworkDefinition network = name switch
        {
            "MobileNetV2" => MobileNetV2.Create(),
            "transformer" => TransformerClassifier.Create(9, 20, 3, features: 8),
            "causal transformer" => TransformerLanguageModel.Create(9, 20, features: 8),
            "vision transformer" => VisionTransformer.Create(features: 8),
            "words" => TextCnn.Create(9, 20, 3, embeddingDimension: 5),
            _ => Networks[name],
        };
        using ManagedCompiledNetwork<float> compiled = new(new(network, SessionFactory.Weights(network)), SimdLevels.Best, new(1));
        using SingleScorer<float>? scorer =
            SingleScorer<float>.Create(compiled.Model.Definition, compiled.Store, new(SimdLevels.Best, new(1)));
        Assert.NotNull(scorer);
    }

    /// <summary>Sessions for a single example go through other layers than those for batches.</summary>
    private static void Compare(NetworkDefinition network, SimdLevel simd, int sessionSize)
    {
        const int Count = 37;
        NetworkWeights weights = SessionFactory.Weights(network);
        float[] features = Examples.Of(network, Count, 4);
        int inputs = features.Length / Count, outputs = (int)network.OutputShape.Size;
        float[] expected = new float[Count * outputs], scores = new float[Count * outputs];
        using ManagedTrainingSession<double> session = SessionFactory.Train<double>(network, weights, SessionFactory.Options(Count), simd);
        session.Infer(features, Count, expected);

        using IInferenceSession inference = SessionFactory.Infer(new(network, weights), sessionSize, simd);
        foreach (int part in new[] { Count, 1, 2, 5 }.Where(part => part <= sessionSize))
        {
            Array.Clear(scores);
            for (int row = 0; row < Count; row += part)
            {
                int count = Math.Min(part, Count - row);
                inference.Run(features.AsSpan(row * inputs, count * inputs), count, scores.AsSpan(row * outputs, count * outputs));
            }
            for (int i = 0; i < scores.Length; i++)
                Assert.True(
                    Math.Abs(scores[i] - expected[i]) <= 2e-5 * Math.Max(1, Math.Abs(expected[i])), $"{part} at a time, [{i}]: {scores[i]}, not {expected[i]}");
        }
    }

    [Fact]
    public void DenseScoresDoNotDependOnTheBatch()
    {
        NetworkDefinition network = Networks["dense"];
        float[] features = SessionFactory.Normal(4, 100 * 8), together = new float[100], single = new float[1];
        using IInferenceSession inference = SessionFactory.Infer(new(network, SessionFactory.Weights(network)), 100);
        inference.Run(features, 100, together);
        for (int row = 0; row < 100; row++)
        {
            inference.Run(features.AsSpan(row * 8, 8), 1, single);
            Assert.Equal(together[row], single[0]);
        }
    }

    [Fact]
    public void AllocatesNothing()
    {
        NetworkDefinition network = Networks["branches"];
        using IInferenceSession inference = SessionFactory.Infer(new(network, SessionFactory.Weights(network)), 20);
        float[] features = SessionFactory.Normal(4, 20 * network.InputShape.Size), scores = new float[60];
        for (int i = 0; i < 50; i++)
            Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run()
        {
            inference.Run(features, 20, scores);
            inference.Run(features.AsSpan(0, features.Length / 20), 1, scores.AsSpan(0, 3));
        }
    }

    [Fact]
    public void FoldingRemovesBatchNormsBehindWeights()
    {
        NetworkDefinition network = Networks["batch norms"];
        NetworkModel folded = BatchNormFolding.Fold(new(network, SessionFactory.Weights(network)));
        // Left are the first, before any weight, and the one behind another that was folded.
        Assert.Equal(
            ["BatchNorm1d", "Linear", "ReLU", "Linear", "BatchNorm1d", "Linear"], folded.Definition.Nodes.Select(node => node.Layer.GetType().Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void ADisposedSessionSaysSo(int maxBatchSize)
    {
        NetworkDefinition network = Networks["dense"];
        IInferenceSession session = SessionFactory.Infer(new(network, SessionFactory.Weights(network)), maxBatchSize);
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Run(new float[8], 1, new float[1]));
    }

    [Fact]
    public void AnyLargestBatchIsAccepted()
    {
        NetworkDefinition network = Networks["dense"];
        NetworkModel model = new(network, SessionFactory.Weights(network));
        float[] features = SessionFactory.Normal(1, 8 * 3), expected = new float[3], actual = new float[3];
        using (IInferenceSession session = SessionFactory.Infer(model, 64))
            session.Run(features, 3, expected);
        using (IInferenceSession session = SessionFactory.Infer(model, int.MaxValue))
            session.Run(features, 3, actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void WrongSizesAreNamed()
    {
        NetworkDefinition network = Networks["dense"];
        using IInferenceSession inference = SessionFactory.Infer(new(network, SessionFactory.Weights(network)), 4);
        Assert.Contains("16 features", Assert.Throws<ArgumentException>(() => inference.Run(new float[15], 2, new float[2])).Message);
        Assert.Contains("2 outputs", Assert.Throws<ArgumentException>(() => inference.Run(new float[16], 2, new float[3])).Message);
        Assert.Contains("1 to 4", Assert.Throws<ArgumentOutOfRangeException>(() => inference.Run(new float[40], 5, new float[5])).Message);
    }
}
