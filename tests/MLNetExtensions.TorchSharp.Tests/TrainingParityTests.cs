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
        new CrossEntropyLoss([1, 0.5f, 2, 3], 0.2), new BinaryCrossEntropyLoss(), new BinaryCrossEntropyLoss(3), new MeanSquaredErrorLoss(),
        new L1Loss(), new HuberLoss(), new HuberLoss(0.3),
    ];

    public static TheoryData<Optimizer> Optimizers =>
    [
        new Sgd(0.1), new Sgd(0.05, Momentum: 0.9), new Sgd(0.05, 0.9, WeightDecay: 0.1), new Sgd(0.05, 0.9, Dampening: 0.3),
        new Sgd(0.05, 0.9, 0.01, Nesterov: true), new Adam(0.01), new Adam(0.01, 0.8, 0.9, 1e-3, 0.1), new AdamW(0.01), new AdamW(0.01, WeightDecay: 0.5),
        new RmsProp(0.005), new RmsProp(0.005, 0.9, 1e-3, 0.1), new RmsProp(0.005, Momentum: 0.9), new RmsProp(0.005, Centered: true),
        new RmsProp(0.005, Epsilon: 1e-4, Momentum: 0.5, Centered: true),
    ];

    public static TheoryData<string> SessionOptions => ["clip norm", "loose clip norm", "clip value", "average", "frozen", "frozen norm", "all frozen"];

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
            "average" => options with { AverageDecay = 0.8 },
            "frozen" => options with { Frozen = new HashSet<string> { "0.weight", "3.bias" } },
            "frozen norm" => options with { Frozen = new HashSet<string> { "1.weight", "1.bias" } },
            _ => options with { Frozen = network.Parameters.Where(spec => spec.Role == ParameterRole.Trainable).Select(spec => spec.Name).ToHashSet() },
        });
    }

    /// <summary>A run that stopped on one engine goes on on the other as if nothing had happened.</summary>
    [TorchTheory, MemberData(nameof(Optimizers))]
    public void StateMovesBetweenEngines(Optimizer optimizer)
    {
        TrainingSessionOptions options = Options with { Optimizer = optimizer, AverageDecay = 0.9 };
        INetworkEngine managed = ManagedEngine.Default, torch = new TorchSharpEngine("cpu");
        NetworkWeights expected = Train([managed, managed]);
        foreach (NetworkWeights actual in new[] { Train([managed, torch]), Train([torch, managed]), Train([torch, torch]) })
        {
            foreach ((string name, WeightTensor tensor) in expected)
                Parity.Equal(name, tensor.Values, actual[name].Values);
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
                    session.TrainStep(new(10, Parity.Normal(21, 60), Parity.Targets(options.Loss, 10, 4)), optimizer.LearningRate);
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
        using ITrainingSession session = new TorchSharpEngine("cpu").CreateTrainingSession(Network, Parity.Weights(Network), Options);
        Assert.Contains("60 features", Assert.Throws<ArgumentException>(() => session.TrainStep(new(10, new float[59], new float[10]), 0.1)).Message);
        Assert.Contains("1 to 10", Assert.Throws<ArgumentOutOfRangeException>(() => session.TrainStep(new(11, new float[66], new float[11]), 0.1)).Message);
        Assert.Contains("class index", Assert.Throws<ArgumentException>(
            () => session.TrainStep(new(1, new float[6], [9]), 0.1)).Message);
        Assert.Contains("'nobody'", Assert.Throws<ArgumentException>(() => new TorchSharpEngine("cpu").CreateTrainingSession(
            Network, Parity.Weights(Network), Options with { Frozen = new HashSet<string> { "nobody" } })).Message);
    }
}
