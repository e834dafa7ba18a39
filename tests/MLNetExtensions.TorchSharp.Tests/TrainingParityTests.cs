using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>Losses, optimisers and the options of a session on both engines.</summary>
public class TrainingParityTests
{
    private static readonly NetworkDefinition Network = NetworkDefinition.Build(new(6), b => b.Linear(9).Tanh().Linear(4));

    private static readonly TrainingSessionOptions Options = new(10, new CrossEntropyLoss(), new Sgd(), Seed: 1);

    public static TheoryData<Loss> Losses =>
    [
        new CrossEntropyLoss(), new CrossEntropyLoss([1, 0.5f, 2, 3]), new CrossEntropyLoss(LabelSmoothing: 0.1),
        new CrossEntropyLoss([1, 0.5f, 2, 3], 0.2), new BinaryCrossEntropyLoss(), new BinaryCrossEntropyLoss(3),
        new MeanSquaredErrorLoss(), new L1Loss(), new HuberLoss(), new HuberLoss(0.3),
    ];

    public static TheoryData<Optimizer> Optimizers =>
    [
        new Sgd(0.1), new Sgd(0.05, Momentum: 0.9), new Sgd(0.05, 0.9, WeightDecay: 0.1), new Sgd(0.05, 0.9, Dampening: 0.3),
        new Sgd(0.05, 0.9, 0.01, Nesterov: true), new Adam(0.01), new Adam(0.01, 0.8, 0.9, 1e-3, 0.1), new AdamW(0.01),
        new AdamW(0.01, WeightDecay: 0.5), new RmsProp(0.005), new RmsProp(0.005, 0.9, 1e-3, 0.1),
        new RmsProp(0.005, Momentum: 0.9), new RmsProp(0.005, Centered: true),
        new RmsProp(0.005, Epsilon: 1e-4, Momentum: 0.5, Centered: true),
    ];

    public static TheoryData<string> SessionOptions =>
        ["clip norm", "loose clip norm", "clip value", "both clips", "average", "frozen", "frozen norm", "all frozen"];

    [TorchTheory, MemberData(nameof(Losses))]
    public void LossFunction(Loss loss)
    {
        Parity.Check(Network, Options with { Loss = loss });
        Parity.Check(Network, Options with { Loss = loss }, weighted: true);
    }

    [TorchTheory, MemberData(nameof(Optimizers))]
    public void OptimizerSteps(Optimizer optimizer) => Parity.Check(Network, Options with { Optimizer = optimizer });

    [TorchTheory, MemberData(nameof(SessionOptions))]
    public void SessionOption(string option)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(6), b => b.Linear(9).BatchNorm1d().Tanh().Linear(4));
        TrainingSessionOptions options = Options with { Optimizer = new Sgd(0.1, Momentum: 0.5) };
        Parity.Check(network, option switch
        {
            "clip norm" => options with { GradientClipNorm = 0.01 },
            "loose clip norm" => options with { GradientClipNorm = 1e6 },
            "clip value" => options with { GradientClipValue = 0.01 },
            "both clips" => options with { GradientClipValue = 0.1, GradientClipNorm = 0.2 },
            "average" => options with { AverageDecay = 0.8 },
            "frozen" => options with { Frozen = new HashSet<string> { "0.weight", "3.bias" } },
            "frozen norm" => options with { Frozen = new HashSet<string> { "1.weight", "1.bias" } },
            _ => options with
            {
                Frozen = new HashSet<string> { "0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias" },
            },
        });
    }

    /// <summary>A run that stopped on one engine goes on on the other as if nothing had happened.</summary>
    [TorchTheory, MemberData(nameof(Optimizers))]
    public void StateMovesBetweenEngines(Optimizer optimizer)
    {
        TrainingSessionOptions options = Options with { Optimizer = optimizer, AverageDecay = 0.9 };
        float[] features = Parity.Normal(21, 60), targets = Parity.Targets(options.Loss, 10, 4);
        INetworkEngine managed = ManagedEngine.Default, torch = new TorchSharpEngine("cpu");
        NetworkWeights expected = Train([managed, managed]);
        foreach (NetworkWeights actual in new[] { Train([managed, torch]), Train([torch, managed]), Train([torch, torch]) })
        {
            Parity.Equal("weights", expected, actual);
        }

        NetworkWeights Train(INetworkEngine[] engines)
        {
            NetworkWeights weights = Parity.Weights(Network);
            NetworkWeights? state = null;
            foreach (INetworkEngine engine in engines)
            {
                using ITrainingSession session = engine.CreateTrainingSession(Network, weights, options);
                if (state is not null)
                    session.WriteState(state);
                for (int step = 0; step < 10; step++)
                    session.TrainStep(new(10, features, targets), optimizer.LearningRate);
                session.ReadWeights(weights);
                state = session.ReadState();
            }
            return weights;
        }
    }

    [TorchFact]
    public void DivergedStepLeavesTheWeights()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(6), b => b.Linear(9).BatchNorm1d().Linear(4));
        NetworkWeights before = Parity.Weights(network), after = before.Clone();
        using ITrainingSession session = new TorchSharpEngine("cpu").CreateTrainingSession(network, before, Options);
        float[] features = Parity.Normal(1, 60);
        features[7] = float.NaN;
        Assert.False(double.IsFinite(session.TrainStep(new(10, features, Parity.Targets(Options.Loss, 10, 4)), 0.1)));
        session.ReadWeights(after);
        Assert.All(before, pair => Assert.Equal(pair.Value.Values, after[pair.Key].Values));
    }

    [TorchFact]
    public void WrongSizesAreNamed()
    {
        using ITrainingSession session = Session(Options);
        Assert.Contains("60 features", Error<ArgumentException>(
            () => session.TrainStep(new(10, new float[59], new float[10]), 0.1)));
        Assert.Contains("1 to 10", Error<ArgumentOutOfRangeException>(
            () => session.TrainStep(new(11, new float[66], new float[11]), 0.1)));
        Assert.Contains("class index", Error<ArgumentException>(() => session.TrainStep(new(1, new float[6], [9]), 0.1)));
        Assert.Contains("'nobody'", Error<ArgumentException>(
            () => Session(Options with { Frozen = new HashSet<string> { "nobody" } })));

        static string Error<TException>(Action action)
            where TException : Exception => Assert.Throws<TException>(action).Message;
    }

    /// <summary>The loss is finite, a gradient is not.</summary>
    [TorchTheory, InlineData(false), InlineData(true)]
    public void OverflowingGradientLeavesTheWeights(bool clips)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), b => b.Linear(1, bias: false));
        NetworkWeights before = new([new("0.weight", new(new(1, 2), [1, 1]))]);
        TrainingSessionOptions options = new(1, new MeanSquaredErrorLoss(), new Sgd(), Seed: 1)
        {
            GradientClipValue = clips ? 1 : null, GradientClipNorm = clips ? 1 : null,
        };
        foreach (INetworkEngine engine in new INetworkEngine[] { ManagedEngine.Default, new TorchSharpEngine("cpu") })
        {
            NetworkWeights after = before.Clone();
            using ITrainingSession session = engine.CreateTrainingSession(network, before, options);
            Assert.True(double.IsFinite(session.ComputeGradients(new(1, [1e20f, -1e20f], [1e19f]))));
            Assert.Equal(double.NaN, session.TrainStep(new(1, [1e20f, -1e20f], [1e19f]), 0.1));
            session.ReadWeights(after);
            Assert.Equal([1, 1], after["0.weight"].Values);
        }
    }

    [TorchFact]
    public void DisposedSessionSaysSo()
    {
        ITrainingSession session = Session(Options);
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.TrainStep(new(1, new float[6], [0]), 0.1));
        Assert.Throws<ObjectDisposedException>(() => session.Infer(new float[6], 1, new float[4]));
        Assert.Throws<ObjectDisposedException>(() => session.ReadWeights(Parity.Weights(Network)));
        Assert.Throws<ObjectDisposedException>(session.ReadState);
    }

    private static ITrainingSession Session(TrainingSessionOptions options) =>
        new TorchSharpEngine("cpu").CreateTrainingSession(Network, Parity.Weights(Network), options);
}
