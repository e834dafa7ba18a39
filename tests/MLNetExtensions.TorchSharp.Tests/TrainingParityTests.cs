using MLNetExtensions.Networks;
using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Tests;
using MLNetExtensions.Networks.Training;
using TorchSharp;

namespace MLNetExtensions.TorchSharp.Tests;

/// <summary>Losses, optimisers and the options of a session on both engines.</summary>
public class TrainingParityTests
{
    private static readonly NetworkDefinition Network = NetworkDefinition.Build(new(6), b => b.Linear(9).Tanh().Linear(4));

    /// <summary>Of 4, 3 and 3 values.</summary>
    private static readonly NetworkDefinition ThreeOutputs = NetworkDefinition.Build(new(6), b => b
        .Linear(9, name: "first").Tanh(name: "shared").Linear(4, name: "a").Output("a")
        .From("shared").Linear(3, name: "b").Output("b").From("shared").Linear(3, name: "c").Output("c"));

    /// <summary>The outputs of a variational autoencoder.</summary>
    private static readonly NetworkDefinition Autoencoder = NetworkDefinition.Build(new(6), b => b
        .Linear(9, name: "first").Tanh(name: "shared").Linear(4, name: "values").Output(VariationalAutoencoder.Reconstruction)
        .From("shared").Linear(3, name: "means").Output(VariationalAutoencoder.Mean)
        .From("shared").Linear(3, name: "variances").Output(VariationalAutoencoder.LogVariance));

    private static readonly TrainingSessionOptions Options = new(10, new CrossEntropyLoss(), new Sgd(), Seed: 1);

    public static TheoryData<Loss> Losses =>
    [
        new CrossEntropyLoss(), new CrossEntropyLoss([1, 0.5f, 2, 3]), new CrossEntropyLoss(LabelSmoothing: 0.1),
        new CrossEntropyLoss([1, 0.5f, 2, 3], 0.2), new BinaryCrossEntropyLoss(), new BinaryCrossEntropyLoss(3),
        new MeanSquaredErrorLoss(), new L1Loss(), new HuberLoss(), new HuberLoss(0.3),
        new SequenceCrossEntropyLoss(2),
    ];

    public static TheoryData<Optimizer, double> Optimizers => new()
    {
        { new Sgd(), 0.1 },
        { new Sgd(Momentum: 0.9), 0.05 },
        { new Sgd(0.9, WeightDecay: 0.1), 0.05 },
        { new Sgd(0.9, Dampening: 0.3), 0.05 },
        { new Sgd(0.9, 0.01, Nesterov: true), 0.05 },
        { new Adam(), 0.01 },
        { new Adam(0.8, 0.9, 1e-3, 0.1), 0.01 },
        { new AdamW(), 0.01 },
        { new AdamW(WeightDecay: 0.5), 0.01 },
        { new AdamW(WeightDecay: 0.5) { DecayMatricesOnly = true }, 0.01 },
        { new Sgd(0.9, WeightDecay: 0.1) { DecayMatricesOnly = true }, 0.05 },
        { new RmsProp(), 0.005 },
        { new RmsProp(0.9, 1e-3, 0.1), 0.005 },
        { new RmsProp(Momentum: 0.9), 0.005 },
        { new RmsProp(Centered: true), 0.005 },
        { new RmsProp(Epsilon: 1e-4, Momentum: 0.5, Centered: true), 0.005 },
    };

    public static TheoryData<string> SessionOptions =>
        ["clip norm", "loose clip norm", "clip value", "both clips", "average", "frozen", "frozen norm", "all frozen", "learning rates"];

    [TorchTheory, MemberData(nameof(Losses))]
    public void LossFunction(Loss loss)
    {
        Parity.Check(Network, Options with { Loss = loss }, 1e-2);
        Parity.Check(Network, Options with { Loss = loss }, 1e-2, weighted: true);
    }

    /// <summary>Losses of several outputs, some of which share targets or are left out.</summary>
    public static TheoryData<CompositeLoss> CompositeLosses =>
    [
        new(new OutputLoss("b", new MeanSquaredErrorLoss())),
        new(new("a", new CrossEntropyLoss([1, 0.5f, 2, 3], 0.1)), new("b", new HuberLoss(0.3), 0.25)),
        new(new("b", new BinaryCrossEntropyLoss(3), 2), new("a", new CrossEntropyLoss()), new("c", new L1Loss(), 0.5, "b")),
        new(new("c", new MeanSquaredErrorLoss()), new("b", new L1Loss(), 0, "c"), new("a", new CrossEntropyLoss(), 1.5)),
    ];

    /// <summary>Computed on the device, free of rounding.</summary>
    [TorchTheory, MemberData(nameof(Losses))]
    public void LossOnTheDevice(Loss loss) => CheckOnTheDevice(Network, loss);

    [TorchTheory, MemberData(nameof(CompositeLosses))]
    public void CompositeLossOnTheDevice(CompositeLoss loss) => CheckOnTheDevice(ThreeOutputs, loss);

    [TorchTheory]
    [InlineData(ReconstructionLikelihood.Bernoulli, 1.0), InlineData(ReconstructionLikelihood.Gaussian, 0.3)]
    public void EvidenceLowerBoundOnTheDevice(ReconstructionLikelihood likelihood, double beta) =>
        CheckOnTheDevice(Autoencoder, new EvidenceLowerBoundLoss(beta, likelihood));

    /// <summary>A loss of one's own is computed on the processor, with all parts of a composite one that has it.</summary>
    [TorchFact]
    public void LossesOfOnesOwnStayOnTheProcessor()
    {
        CompositeLoss loss = new(new("a", new FocalLoss()), new("b", new HuberLoss(), 0.5));
        using SessionMemory memory = new(Libtorch.Open(TestDevice.Name), torch.ScalarType.Float32);
        Assert.Null(DeviceLoss.Create(loss, ThreeOutputs.OutputLayout, 10, memory));
        Assert.Null(DeviceLoss.Create(new FocalLoss(), Network.OutputLayout, 10, memory));
        foreach (bool weighted in new[] { false, true })
            Parity.Check(ThreeOutputs, Options with { Loss = loss }, 0.1, weighted: weighted);
    }

    /// <summary>Where no example counts there is nothing to divide by, and nothing to learn.</summary>
    [TorchTheory, MemberData(nameof(Losses))]
    public void WithoutWeightsNothingIsLearned(Loss loss)
    {
        NetworkWeights before = Parity.Weights(Network), after = before.Clone();
        using ITrainingSession session =
            TestDevice.Engine().CreateTrainingSession(Network, before, Options with { Loss = loss });
        Assert.Equal(0, session.TrainStep(new(10, Parity.Normal(1, 60), Parity.Targets(loss, 10, 4), new float[10]), 0.1));
        Assert.Equal(0, session.LossWeight);
        session.ReadWeights(after);
        Assert.All(before, pair => Assert.Equal(pair.Value.Values, after[pair.Key].Values));
    }

    [TorchTheory, MemberData(nameof(Optimizers))]
    public void OptimizerSteps(Optimizer optimizer, double learningRate)
    {
        Parity.Check(Network, Options with { Optimizer = optimizer }, learningRate);
        Dictionary<string, double> factors = new() { ["0.weight"] = 0.25, ["2.bias"] = 2 };
        Parity.Check(Network, Options with { Optimizer = optimizer, LearningRateFactors = factors }, learningRate);
    }

    /// <summary>The losses of mixed targets are added up on the processor, whatever the engine.</summary>
    [TorchFact]
    public void MixedTargets()
    {
        NetworkWeights weights = Parity.Weights(Network);
        Parity.Equal("gradients", Gradients(ManagedEngine.Default), Gradients(TestDevice.Engine()));

        float[] Gradients(INetworkEngine engine)
        {
            using ITrainingSession session = engine.CreateTrainingSession(Network, weights, Options);
            TrainingBatch batch = new(3, Parity.Normal(5, 18), [0, 2, 3], [0.75f, 0.5f, 1])
            {
                OtherTargets = [1, 1, 3], OtherWeights = [0.25f, 1.5f, 0],
            };
            session.ComputeGradients(batch);
            Assert.Equal(4, session.LossWeight, 1e-6);
            float[] gradients = new float[session.GradientLength];
            session.ReadGradients(gradients);
            return gradients;
        }
    }

    [TorchTheory, MemberData(nameof(SessionOptions))]
    public void SessionOption(string option)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(6), b => b.Linear(9).BatchNorm1d().Tanh().Linear(4));
        TrainingSessionOptions options = Options with { Optimizer = new Sgd(Momentum: 0.5) };
        Parity.Check(network, option switch
        {
            "clip norm" => options with { GradientClipNorm = 0.01 },
            "loose clip norm" => options with { GradientClipNorm = 1e6 },
            "clip value" => options with { GradientClipValue = 0.01 },
            "both clips" => options with { GradientClipValue = 0.1, GradientClipNorm = 0.2 },
            "average" => options with { AverageDecay = 0.8 },
            "frozen" => options with { Frozen = new HashSet<string> { "0.weight", "3.bias" } },
            "learning rates" => options with
            {
                LearningRateFactors = new Dictionary<string, double> { ["0.weight"] = 0.1, ["3.bias"] = 3, ["3.weight"] = 0.1 },
            },
            "frozen norm" => options with { Frozen = new HashSet<string> { "1.weight", "1.bias" } },
            _ => options with
            {
                Frozen = new HashSet<string> { "0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias" },
            },
        }, learningRate: 0.1);
    }

    /// <summary>A run that stopped on one engine goes on on the other as if nothing had happened.</summary>
    [TorchTheory, MemberData(nameof(Optimizers))]
    public void StateMovesBetweenEngines(Optimizer optimizer, double learningRate)
    {
        TrainingSessionOptions options = Options with { Optimizer = optimizer, AverageDecay = 0.9 };
        float[] features = Parity.Normal(21, 60), targets = Parity.Targets(options.Loss, 10, 4);
        INetworkEngine managed = ManagedEngine.Default, torch = TestDevice.Engine();
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
                    session.TrainStep(new(10, features, targets), learningRate);
                session.ReadWeights(weights);
                state = session.ReadState();
            }
            return weights;
        }
    }

    /// <summary>TorchSharp has no use for sparse rows: it gets them with their zeros.</summary>
    [TorchFact]
    public void SparseExamples()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(300), b => b.Linear(9).Tanh().Linear(4));
        FeatureTable<float> table = new(300);
        for (int row = 0; row < 30; row++)
            table.Add([row, 100 + 5 * row], [1, -0.5f]);
        InMemoryTrainingData<float> data = new(new(300), table, Parity.Targets(Options.Loss, 30, 4));
        TrainingOptions options = new()
        {
            Loss = Options.Loss, Epochs = 2, BatchSize = 8, LearningRate = 0.1, Optimizer = new Sgd(Momentum: 0.5),
        };
        TrainingResult managed = NetworkTrainer.Fit(network, ManagedEngine.Default, data, data, options);
        TrainingResult torch = NetworkTrainer.Fit(network, TestDevice.Engine(), data, data, options);
        Parity.Equal("weights", managed.Model.Weights, torch.Model.Weights);
        Assert.Equal(managed.History[^1].ValidationLoss!.Value, torch.History[^1].ValidationLoss!.Value, 1e-4);
        using ITrainingSession session = TestDevice.Engine().CreateTrainingSession(network, torch.Model.Weights, Options);
        Assert.False(session.TakesSparseRows);
        Assert.Contains("dense rows only", Assert.Throws<NotSupportedException>(
            () => session.TrainStep(new(new SparseRows(300, [0, 1], [3], [1]), [1]), 0.1)).Message);
    }

    [TorchFact]
    public void DivergedStepLeavesTheWeights()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(6), b => b.Linear(9).BatchNorm1d().Linear(4));
        NetworkWeights before = Parity.Weights(network), after = before.Clone();
        using ITrainingSession session = TestDevice.Engine().CreateTrainingSession(network, before, Options);
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

    /// <summary>The loss is finite, a gradient is not: bounded by value it is of use, by its norm it is not. Where nobody asks,
    /// the weights tell.</summary>
    [TorchTheory]
    [InlineData(null, null, new[] { float.PositiveInfinity, float.NegativeInfinity })]
    [InlineData(null, 1.0, new float[] { 1, 1 })]
    [InlineData(2.0, null, new[] { 1.2f, 0.8f })]
    [InlineData(2.0, 1.0, new[] { 1.0707107f, 0.9292893f })]
    public void InfiniteGradients(double? clipValue, double? clipNorm, float[] expected)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), b => b.Linear(1, bias: false));
        NetworkWeights before = new([new("0.weight", new(new(1, 2), [1, 1]))]);
        TrainingSessionOptions options = new(1, new MeanSquaredErrorLoss(), new Sgd(), Seed: 1)
        {
            GradientClipValue = clipValue, GradientClipNorm = clipNorm,
        };
        foreach (INetworkEngine engine in new INetworkEngine[] { ManagedEngine.Default, TestDevice.Engine() })
        {
            NetworkWeights after = before.Clone();
            using ITrainingSession session = engine.CreateTrainingSession(network, before, options);
            Assert.True(double.IsFinite(session.ComputeGradients(new(1, [1e20f, -1e20f], [1e19f]))));
            bool diverges = clipNorm is not null && clipValue is null;
            Assert.Equal(diverges, double.IsNaN(session.TrainStep(new(1, [1e20f, -1e20f], [1e19f]), 0.1)));
            session.ReadWeights(after);
            Assert.All(expected.Zip(after["0.weight"].Values), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        }
    }

    /// <summary>Gradients of some 10²¹, whose squares are infinite in Single, are finite and have a norm.</summary>
    [TorchTheory, InlineData(null, 5.0), InlineData(1e20, null), InlineData(1e30, 1.0)]
    public void LargeGradients(double? clipValue, double? clipNorm)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), b => b.Linear(3).ReLU().Linear(1));
        TrainingSessionOptions options = new(2, new MeanSquaredErrorLoss(), new Sgd(), Seed: 1)
        {
            GradientClipValue = clipValue, GradientClipNorm = clipNorm,
        };
        NetworkWeights before = Parity.Weights(network);
        double rate = clipNorm is null ? 1e-21 : 0.1;
        NetworkWeights[] after =
        [
            .. new INetworkEngine[] { ManagedEngine.Default, TestDevice.Engine() }.Select(engine =>
            {
                NetworkWeights weights = before.Clone();
                using ITrainingSession session = engine.CreateTrainingSession(network, before, options);
                Assert.InRange(session.TrainStep(new(2, [3e10f, -4e10f, 1e10f, 2e10f], [1e10f, -1e10f]), rate), 1e18, 1e24);
                session.ReadWeights(weights);
                return weights;
            }),
        ];
        Parity.Equal("weights", after[0], after[1]);
        Assert.NotEqual(before["0.weight"].Values, after[0]["0.weight"].Values);
        if (clipNorm is not null)
        {
            double moved = before.Sum(
                pair => pair.Value.Values.Zip(after[0][pair.Key].Values, (a, b) => Math.Pow(a - b, 2)).Sum());
            Assert.Equal(0.1 * clipNorm.Value, Math.Sqrt(moved), 1e-5);
        }
    }

    /// <summary>x = y = 10¹⁰ trains under clipping, and says what is wrong without.</summary>
    [TorchFact]
    public void LargeNumbersInARun()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(1), b => b.Linear(8).ReLU().Linear(1));
        float[] numbers = [.. Enumerable.Range(1, 16).Select(i => 1e10f * i)];
        InMemoryTrainingData<float> data = new(new(1), numbers, numbers);
        TrainingOptions options =
            new() { Loss = new MeanSquaredErrorLoss(), Epochs = 40, BatchSize = 4, LearningRate = 0.01, Seed = 1 };
        foreach (INetworkEngine engine in new INetworkEngine[] { ManagedEngine.Default, TestDevice.Engine() })
        {
            TrainingOptions[] clips = [options with { GradientClipNorm = 1 }, options with { GradientClipValue = 1 }];
            foreach (TrainingOptions clipped in clips)
            {
                TrainingHistory history = NetworkTrainer.Fit(network, engine, data, data, clipped).History;
                Assert.InRange(history[^1].ValidationLoss!.Value, 0, history[0].ValidationLoss!.Value / 10);
            }
            var e = Assert.Throws<TrainingDivergedException>(() => NetworkTrainer.Fit(network, engine, data, data, options));
            Assert.Equal(("gradient", "0.weight", 1, 1), (e.Quantity, e.Place, e.Epoch, e.Step));
            Assert.Contains("and Adam can't go on from its square, which is infinite in Single, in epoch 1, step 1", e.Message);
            Assert.Contains("Try a learning rate ten times lower, gradient clipping", e.Message);
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

    private static void CheckOnTheDevice(NetworkDefinition network, Loss loss)
    {
        using SessionMemory memory = new(Libtorch.Open(TestDevice.Name), torch.ScalarType.Float32);
        Assert.NotNull(DeviceLoss.Create(loss, network.OutputLayout, 10, memory));
        foreach (bool weighted in new[] { false, true })
        {
            using SessionPair sessions =
                SessionPair.OfDouble(network, Options with { Loss = loss }, 0.1, Parity.Weights(network), weighted);
            sessions.CompareGradients();
            for (int step = 1; step <= 5; step++)
                sessions.Step(isLast: step == 5);
            sessions.CompareWeights();
        }
    }

    private static ITrainingSession Session(TrainingSessionOptions options) =>
        TestDevice.Engine().CreateTrainingSession(Network, Parity.Weights(Network), options);
}
