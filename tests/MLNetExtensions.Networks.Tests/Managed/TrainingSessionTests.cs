using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests.Managed;

public class TrainingSessionTests
{
    private const int Rows = 96;

    private static readonly NetworkDefinition Dense = NetworkDefinition.Build(new(8), b => b.Linear(64).ReLU().Linear(32).ReLU().Linear(1));

    /// <summary>Whether the sum of the first and the product of the next two features is positive: not linear.</summary>
    private static readonly (float[] Features, float[] Targets) Data = MakeData();

    [Fact]
    public void LearnsAFunctionThatIsNotLinear()
    {
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(
            Dense, NetworkWeights.Initialize(Dense, 1), SessionFactory.Options(32, new BinaryCrossEntropyLoss(), new Adam()));
        double first = 0, last = 0;
        for (int epoch = 0; epoch < 100; epoch++)
        {
            last = 0;
            for (int start = 0; start < Rows; start += 32)
                last += Step(session, start, 32, 1e-2) / (Rows / 32);
            first = epoch == 0 ? last : first;
        }
        Assert.InRange(first, 0.6, 0.8);
        Assert.InRange(last, 0, 0.05);
    }

    [Fact]
    public void AStepAllocatesNothing()
    {
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(
            Dense, NetworkWeights.Initialize(Dense, 1), SessionFactory.Options(32, new BinaryCrossEntropyLoss(), new Adam()) with
            {
                GradientClipNorm = 1, GradientClipValue = 0.5, AverageDecay = 0.9,
            });
        float[] outputs = new float[Rows];
        for (int i = 0; i < 50; i++)
            StepAndInfer();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            StepAndInfer();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void StepAndInfer()
        {
            Step(session, 0, 32, 1e-3);
            session.Infer(Data.Features, Rows, outputs);
        }
    }

    [Fact]
    public void ARestoredStateGivesTheSameContinuation()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(8), b => b.Linear(16).BatchNorm1d().ReLU().Dropout(0.3).Linear(1));
        foreach (Optimizer optimizer in new Optimizer[] { new Sgd(Momentum: 0.9), new Adam(), new RmsProp(Momentum: 0.5, Centered: true) })
        {
            TrainingSessionOptions options = SessionFactory.Options(32, new BinaryCrossEntropyLoss(), optimizer) with { AverageDecay = 0.8 };
            NetworkWeights weights = NetworkWeights.Initialize(network, 1), resumedWeights = weights.Clone();
            using ManagedTrainingSession<float> session = SessionFactory.Train<float>(network, weights, options);
            for (int i = 0; i < 5; i++)
                Step(session, i * 8, 32, 0.01);
            NetworkWeights state = session.ReadState();
            session.ReadWeights(weights);
            using ManagedTrainingSession<float> resumed = SessionFactory.Train<float>(network, weights, options);
            resumed.WriteState(state);
            for (int i = 0; i < 5; i++)
                Assert.Equal(Step(session, i * 8, 32, 0.01), Step(resumed, i * 8, 32, 0.01));
            session.ReadWeights(weights);
            resumed.ReadWeights(resumedWeights);
            foreach ((string name, WeightTensor tensor) in weights)
                Assert.Equal(tensor.Values, resumedWeights[name].Values);
        }
    }

    [Fact]
    public void AStateOfAnotherOptimizerIsRefused()
    {
        using ManagedTrainingSession<float> sgd = SessionFactory.Train<float>(Dense, SessionFactory.Weights(Dense), Options(new Sgd()));
        using ManagedTrainingSession<float> adam = SessionFactory.Train<float>(Dense, SessionFactory.Weights(Dense), Options(new Adam()));
        Assert.Contains("optimizer.exp_avg.0.weight", Assert.Throws<ArgumentException>(() => adam.WriteState(sgd.ReadState())).Message);
    }

    [Fact]
    public void ADivergedStepLeavesTheWeights()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(8), b => b.Linear(4).BatchNorm1d().Linear(1));
        NetworkWeights before = SessionFactory.Weights(network), after = before.Clone();
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(network, before, Options(new Adam()));
        float[] features = [.. Data.Features.AsSpan(0, 64)];
        features[11] = float.NaN;
        Assert.False(double.IsFinite(session.TrainStep(new(8, features, Data.Targets.AsSpan(0, 8)), 0.1)));
        session.ReadWeights(after);
        foreach ((string name, WeightTensor tensor) in before)
            Assert.Equal(tensor.Values, after[name].Values);
        Assert.True(double.IsFinite(session.TrainStep(new(8, Data.Features.AsSpan(0, 64), Data.Targets.AsSpan(0, 8)), 0.1)));
    }

    /// <summary>The loss (w·x − y)² of w = 1, x = 3·10¹⁰ and −4·10¹⁰, y = 0 has the gradient 2·(w·x)·x: 1.8·10²¹ and −2.4·10²¹ up to
    /// sign, whose squares are infinite in Single.</summary>
    [Fact]
    public void LargeGradientsAreClippedByTheirTrueNorm()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), b => b.Linear(1, bias: false));
        NetworkWeights weights = new([new("0.weight", new(new(1, 2), [1, 1]))]), after = weights.Clone();
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(
            network, weights, SessionFactory.Options(1, optimizer: new Sgd()) with { GradientClipNorm = 5 });
        Assert.Equal(1e20, session.TrainStep(new(1, [3e10f, -4e10f], [0]), 0.1), 1e15);
        session.ReadWeights(after);
        // The gradient 2·(−10¹⁰)·(3, −4)·10¹⁰ scaled to length 5 is (−3, 4).
        Assert.Equal(1 + 0.3f, after["0.weight"].Values[0], 1e-5f);
        Assert.Equal(1 - 0.4f, after["0.weight"].Values[1], 1e-5f);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1.0)]
    public void InfiniteGradientsAreClippedByValueFirst(double? norm)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), b => b.Linear(1, bias: false));
        NetworkWeights weights = new([new("0.weight", new(new(1, 2), [1, 1]))]), after = weights.Clone();
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(
            network, weights, SessionFactory.Options(1, optimizer: new Sgd()) with { GradientClipValue = 3, GradientClipNorm = norm });
        Assert.True(double.IsFinite(session.TrainStep(new(1, [2e25f, 1e-10f], [0]), 0.1)));
        session.ReadWeights(after);
        // The second gradient, 2·(2·10²⁵)·10⁻¹⁰, is bounded too: (3, 3), which the norm of 1 makes 1/√2 each.
        float step = 0.1f * (norm is null ? 3 : 1 / MathF.Sqrt(2));
        Assert.All(after["0.weight"].Values, value => Assert.Equal(1 - step, value, 1e-5f));
    }

    [Fact]
    public void AGradientWithoutANormCountsAsDivergedWhereItIsAskedFor()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(1), b => b.Linear(1));
        NetworkWeights weights = SessionFactory.Weights(network), after = weights.Clone();
        using ManagedTrainingSession<float> session =
            SessionFactory.Train<float>(network, weights, SessionFactory.Options(1) with { GradientClipNorm = 1 });
        Assert.True(double.IsFinite(session.ComputeGradients(new(1, [1e25f], [0]))));
        Assert.True(double.IsNaN(session.TrainStep(new(1, [1e25f], [0]), 0.1)));
        session.ReadWeights(after);
        Assert.Equal(weights["0.weight"].Values, after["0.weight"].Values);
    }

    [Fact]
    public void BatchNormUsesTheBatchInTrainingAndRunningStatisticsInScoring()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(1), b => b.BatchNorm1d(epsilon: 1e-9, momentum: 0.25));
        using ManagedTrainingSession<double> session = SessionFactory.Train<double>(
            network, NetworkWeights.Initialize(network, 1), SessionFactory.Options(4));
        // Mean 4, biased variance 5, unbiased 20/3. Normalised to mean 0 and variance 1, the targets 0 give a loss of 1.
        float[] features = [1, 3, 5, 7], outputs = new float[1];
        Assert.Equal(1, session.TrainStep(new(4, features, new float[4]), 0), 1e-6);
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        session.ReadWeights(weights);
        Assert.Equal(0.25 * 4, weights["0.running_mean"].Values[0], 1e-6);
        Assert.Equal(0.75 + 0.25 * 20 / 3, weights["0.running_var"].Values[0], 1e-6);
        session.Infer([5], 1, outputs);
        Assert.Equal((5 - 1) / Math.Sqrt(0.75 + 5 / 3.0), outputs[0], 1e-6);
        // Gradients alone leave the statistics.
        session.ComputeGradients(new(4, [9, 9, 9, 1], new float[4]));
        session.ReadWeights(weights);
        Assert.Equal(1, weights["0.running_mean"].Values[0], 1e-6);
    }

    [Fact]
    public void ABatchNormOfFrozenWeightUsesItsRunningStatistics()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), b => b.BatchNorm1d().Linear(1));
        NetworkWeights weights = SessionFactory.Weights(network), after = weights.Clone();
        TrainingSessionOptions options = SessionFactory.Options(8) with { Frozen = new HashSet<string> { "0.weight", "0.bias" } };
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(network, weights, options);
        float[] features = SessionFactory.Normal(1, 16), targets = SessionFactory.Normal(2, 8), outputs = new float[8];
        session.Infer(features, 8, outputs);
        double expected = outputs.Zip(targets).Average(pair => Math.Pow(pair.First - pair.Second, 2));
        Assert.Equal(expected, session.TrainStep(new(8, features, targets), 0.1), 1e-5);
        session.ReadWeights(after);
        foreach (string name in new[] { "0.weight", "0.bias", "0.running_mean", "0.running_var" })
            Assert.Equal(weights[name].Values, after[name].Values);
        Assert.NotEqual(weights["1.weight"].Values, after["1.weight"].Values);
    }

    /// <summary>The running statistics are constants in the gradients of the weight and of what comes before.</summary>
    [Theory]
    [InlineData(false, "1.running_mean")]
    [InlineData(true, "1.running_mean")]
    [InlineData(true, "1.running_var")]
    [InlineData(true, "1.weight")]
    public void ABatchNormOfFrozenStatisticsLearnsTheRest(bool affine, string frozen)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), b => b.Linear(3).Add(new BatchNorm1d(Affine: affine)).ReLU().Linear(1));
        NetworkWeights weights = SessionFactory.Weights(network), gradients = weights.Clone(), after = weights.Clone();
        for (int c = 0; c < 3; c++)
            (weights["1.running_mean"].Values[c], weights["1.running_var"].Values[c]) = (c - 1, 0.5f + c);
        using ManagedTrainingSession<double> session = SessionFactory.Train<double>(
            network, weights, SessionFactory.Options(8) with { Frozen = new HashSet<string> { frozen } });
        float[] features = SessionFactory.Normal(1, 16), targets = SessionFactory.Normal(2, 8);
        session.ComputeGradients(new(8, features, targets));
        session.ReadGradients(gradients);
        foreach ((string name, WeightTensor gradient) in gradients)
        {
            for (int i = 0; i < gradient.Values.Length; i++)
            {
                bool stays = name == frozen || name.Contains("running");
                Assert.Equal(stays ? 0 : Slope(session, name, i), gradient.Values[i], 1e-5);
            }
        }
        session.TrainStep(new(8, features, targets), 0.1);
        session.ReadWeights(after);
        Assert.Equal(weights["1.running_mean"].Values, after["1.running_mean"].Values);
        Assert.Equal(weights["1.running_var"].Values, after["1.running_var"].Values);

        double Slope(ManagedTrainingSession<double> session, string name, int index)
        {
            const double Difference = 1e-6;
            ref double value = ref session.Parameter(name)[index];
            double middle = value;
            value = middle + Difference;
            double above = session.ComputeGradients(new(8, features, targets));
            value = middle - Difference;
            double below = session.ComputeGradients(new(8, features, targets));
            value = middle;
            return (above - below) / (2 * Difference);
        }
    }

    [Fact]
    public void AStepOfOneExampleIsRefusedWhereABatchNormNeedsTwo()
    {
        NetworkDefinition rows = NetworkDefinition.Build(new(2), b => b.Linear(3).BatchNorm1d(name: "norm").Linear(1));
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(rows, SessionFactory.Weights(rows), SessionFactory.Options(4));
        Action[] steps = [() => session.TrainStep(new(1, [1, 2], [0]), 0.1), () => session.ComputeGradients(new(1, [1, 2], [0]))];
        Assert.All(steps, step => Assert.Contains("'norm' has one value a channel", Assert.Throws<ArgumentException>(step).Message));
        session.Infer([1, 2], 1, new float[1]);

        NetworkDefinition images = NetworkDefinition.Build(new(1, 3, 3), b => b.Conv2d(2, 2).BatchNorm2d().Flatten().Linear(1));
        using ManagedTrainingSession<float> other = SessionFactory.Train<float>(images, SessionFactory.Weights(images), SessionFactory.Options(4));
        Assert.True(double.IsFinite(other.TrainStep(new(1, SessionFactory.Normal(1, 9), [0]), 0.1)));
    }

    [Fact]
    public void DropoutDropsItsShareInTrainingOnly()
    {
        const int Count = 50, Width = 400;
        NetworkDefinition network = NetworkDefinition.Build(new(Width), b => b.Dropout(0.25).Normalize([0], [1]));
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(
            network, NetworkWeights.Initialize(network, 1), SessionFactory.Options(Count));
        float[] ones = new float[Count * Width], outputs = new float[Count * Width];
        Array.Fill(ones, 1);
        // With targets 1, a dropped value adds 1 to the loss and a kept one (4/3 − 1)²: on average 1/4 + 3/4/9 = 1/3.
        double[] losses = [.. Enumerable.Range(0, 5).Select(_ => session.TrainStep(new(Count, ones, ones), 0))];
        Assert.All(losses, loss => Assert.Equal(1 / 3.0, loss, 0.01));
        Assert.Equal(5, losses.Distinct().Count());
        session.Infer(ones, Count, outputs);
        Assert.Equal(ones, outputs);
    }

    [Fact]
    public void TheMovingAverageIsWhatScores()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(1), b => b.Linear(1, bias: false));
        TrainingSessionOptions options = SessionFactory.Options(1, optimizer: new Sgd()) with { AverageDecay = 0.75 };
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        weights["0.weight"].Values[0] = 1;
        using ManagedTrainingSession<double> session = SessionFactory.Train<double>(network, weights, options);
        // The loss w² has the slope 2w: with a rate of 1/4 each step halves w, 1 → 1/2 → 1/4 → 1/8.
        float[] outputs = new float[1];
        double[] expected = [0.5, 0.75 * 0.5 + 0.25 * 0.25, 0.75 * (0.75 * 0.5 + 0.25 * 0.25) + 0.25 * 0.125];
        foreach (double average in expected)
        {
            session.TrainStep(new(1, [1], [0]), 0.25);
            session.Infer([1], 1, outputs);
            Assert.Equal(average, outputs[0], 1e-6);
        }
        Assert.Equal(0.125, session.Parameter("0.weight")[0], 1e-12);
        Assert.Equal(0.125f, session.ReadState()["weights.0.weight"].Values[0]);
    }

    [Fact]
    public void AWeightActsAsRepeatedExamples()
    {
        using ManagedTrainingSession<double> session = SessionFactory.Train<double>(Dense, SessionFactory.Weights(Dense), Options(new Sgd()));
        NetworkWeights weighted = SessionFactory.Weights(Dense), repeated = SessionFactory.Weights(Dense);
        ReadOnlySpan<float> features = Data.Features.AsSpan(0, 24), targets = Data.Targets.AsSpan(0, 3);
        double loss = session.ComputeGradients(new(3, features, targets, [1, 0, 2]));
        session.ReadGradients(weighted);
        float[] last = [.. features[16..24]];
        Assert.Equal(
            loss, session.ComputeGradients(new(3, [.. features[..8], .. last, .. last], [targets[0], targets[2], targets[2]])), 1e-12);
        session.ReadGradients(repeated);
        foreach ((string name, WeightTensor tensor) in weighted)
            Assert.All(tensor.Values.Zip(repeated[name].Values), pair => Assert.Equal(pair.First, pair.Second, 1e-7));

        Assert.Equal(0, session.ComputeGradients(new(3, features, targets, [0, 0, 0])));
        session.ReadGradients(weighted);
        Assert.All(weighted, pair => Assert.All(pair.Value.Values, value => Assert.Equal(0, value)));
    }

    [Fact]
    public void ADisposedSessionSaysSo()
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), b => b.Linear(1));
        NetworkWeights weights = NetworkWeights.Initialize(network, 1);
        ManagedTrainingSession<float> session = SessionFactory.Train<float>(network, weights, SessionFactory.Options(2));
        NetworkWeights state = session.ReadState();
        session.Dispose();
        session.Dispose();
        Action[] uses =
        [
            () => session.TrainStep(new(1, new float[2], new float[1]), 0.1), () => session.Infer(new float[2], 1, new float[1]),
            () => session.ReadWeights(weights), () => session.WriteWeights(weights), () => session.ReadGradients(weights),
            () => session.ReadState(), () => session.WriteState(state),
        ];
        Assert.All(uses, use => Assert.Throws<ObjectDisposedException>(use));
    }

    [Fact]
    public void WrongSizesAreNamed()
    {
        using ManagedTrainingSession<float> session = SessionFactory.Train<float>(Dense, SessionFactory.Weights(Dense), Options(new Sgd()));
        Assert.Contains("1 to 32", Assert.Throws<ArgumentOutOfRangeException>(() => session.TrainStep(new(33, new float[264], new float[33]), 1)).Message);
        Assert.Contains("16 features", Assert.Throws<ArgumentException>(() => session.TrainStep(new(2, new float[8], new float[2]), 1)).Message);
        Assert.Contains("2 targets", Assert.Throws<ArgumentException>(() => session.TrainStep(new(2, new float[16], new float[1]), 1)).Message);
        Assert.Contains("2 weights", Assert.Throws<ArgumentException>(() => session.TrainStep(new(2, new float[16], new float[2], [1]), 1)).Message);
        TrainingSessionOptions options = Options(new Sgd()) with { Frozen = new HashSet<string> { "9.weight" } };
        Assert.Contains("9.weight", Assert.Throws<ArgumentException>(() => SessionFactory.Train<float>(Dense, SessionFactory.Weights(Dense), options)).Message);
    }

    [Fact]
    public void EnginesAreChosenByThreadsAndInstructions()
    {
        ManagedEngine engine = new(threads: 2, SimdLevel.Scalar);
        Assert.Equal("managed (Scalar, 2 threads)", engine.Name);
        using ITrainingSession session = engine.CreateTrainingSession(Dense, SessionFactory.Weights(Dense), Options(new Sgd()));
        using IInferenceSession inference = engine.CreateInferenceSession(new(Dense, SessionFactory.Weights(Dense)), 3);
        float[] scores = new float[3], expected = new float[3];
        inference.Run(Data.Features.AsSpan(0, 24), 3, scores);
        session.Infer(Data.Features.AsSpan(0, 24), 3, expected);
        Assert.All(scores.Zip(expected), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ManagedEngine(threads: -1));
        Assert.Equal(Environment.ProcessorCount, new ManagedEngine().Threads);
    }

    private static TrainingSessionOptions Options(Optimizer optimizer) => SessionFactory.Options(32, new BinaryCrossEntropyLoss(), optimizer);

    private static double Step(ITrainingSession session, int start, int count, double learningRate) => session.TrainStep(
        new(count, Data.Features.AsSpan(start * 8, count * 8), Data.Targets.AsSpan(start, count)), learningRate);

    private static (float[], float[]) MakeData()
    {
        float[] features = SessionFactory.Normal(1, Rows * 8);
        return (features, [.. features.Chunk(8).Select(row => row[0] + row[1] * row[2] > 0 ? 1f : 0f)]);
    }
}
