using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.Networks.Tests.Managed;

/// <summary>One compiled network serves any number of sessions, whose scores it decides alone.</summary>
public sealed class CompiledNetworkTests
{
    private static readonly NetworkDefinition Dense = FeedForward.Create(new(64), 10, [512, 512]);

    private static readonly NetworkDefinition Images = NetworkDefinition.Build(new(3, 24, 24), layers => layers
        .Conv2d(32, kernelSize: 3, padding: 1).BatchNorm2d().ReLU().Conv2d(32, kernelSize: 3, padding: 1).ReLU().MaxPool2d(2)
        .Conv2d(16, kernelSize: 5, stride: 2).ReLU().Flatten().LayerNorm().Linear(10));

    public static IEnumerable<object[]> Sessions => [[true, 1], [true, 64], [false, 1], [false, 64]];

    [Theory]
    [MemberData(nameof(Sessions))]
    public void Sessions_of_one_network_score_as_one_of_its_own(bool dense, int maxBatchSize)
    {
        NetworkModel model = Model(dense ? Dense : Images);
        float[] rows = Numbers(maxBatchSize * (int)model.Definition.InputShape.Size), expected = new float[maxBatchSize * 10];
        using (IInferenceSession alone = ManagedEngine.Default.CreateInferenceSession(model, maxBatchSize))
            alone.Run(rows, maxBatchSize, expected);

        using ICompiledNetwork network = ManagedEngine.Default.Compile(model);
        float[][] found = new float[8][];
        Parallel.For(0, found.Length, i =>
        {
            using IInferenceSession session = network.CreateSession(maxBatchSize);
            found[i] = new float[expected.Length];
            session.Run(rows, maxBatchSize, found[i]);
        });
        Assert.All(found, outputs => Assert.Equal(expected, outputs));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_are_packed_once_however_many_sessions_there_are(bool dense)
    {
        NetworkModel model = Model(dense ? Dense : Images);
        using ManagedCompiledNetwork<float> network = new(model, SimdLevels.Best, new WorkerPool(1));
        float[] row = Numbers((int)model.Definition.InputShape.Size), outputs = new float[10];
        Assert.Equal(0, network.Packed.Bytes);
        List<IInferenceSession> sessions = [];
        List<long> bytes = [];
        for (int i = 0; i < 3; i++)
        {
            foreach (int maxBatchSize in (int[])[1, 100])
            {
                sessions.Add(network.CreateSession(maxBatchSize));
                sessions[^1].Run(row, 1, outputs);
            }
            bytes.Add(network.Packed.Bytes);
        }
        Assert.Equal(bytes[0], bytes[1]);
        Assert.Equal(bytes[0], bytes[2]);
        long weights = model.Weights.Sum(pair => 4L * pair.Value.Values.Length);
        // Of dense layers only the layout for one row is packed; lanes without an output are padded.
        if (dense)
            Assert.InRange(bytes[0], weights / 2, weights + weights / 10);
        sessions.ForEach(session => session.Dispose());
    }

    [Fact]
    public void Sessions_outlive_the_network_that_made_them()
    {
        NetworkModel model = Model(Dense);
        float[] row = Numbers(64), expected = new float[10], found = new float[10];
        ICompiledNetwork network = ManagedEngine.Default.Compile(model);
        IInferenceSession session = network.CreateSession(1);
        session.Run(row, 1, expected);
        network.Dispose();
        network.Dispose();
        session.Run(row, 1, found);
        Assert.Equal(expected, found);
        Assert.Throws<ObjectDisposedException>(() => network.CreateSession(1));
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Run(row, 1, found));
    }

    [Fact]
    public void A_session_that_can_not_be_made_leaves_the_network_as_it_was()
    {
        using ICompiledNetwork network = ManagedEngine.Default.Compile(Model(Dense));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.CreateSession(0));
        using IInferenceSession session = network.CreateSession(2);
        session.Run(Numbers(128), 2, new float[20]);
    }

    private static NetworkModel Model(NetworkDefinition network) => new(network, SessionFactory.Weights(network));

    private static float[] Numbers(int count)
    {
        Random random = new(3);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
