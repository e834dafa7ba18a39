using MLNetExtensions.Networks.Architectures;
using MLNetExtensions.Networks.Managed;
using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

/// <summary>The training loop on the managed engine: what only shows with a real network.</summary>
public sealed class ManagedTrainingTests
{
    private static readonly ManagedEngine Engine = new(threads: 2);

    public static TheoryData<Optimizer, double?> Runs => new()
    {
        { new Adam(), null },
        { new Adam(), 0.9 },
        { new AdamW(), null },
        { new Sgd(Momentum: 0.9, Nesterov: true), 0.5 },
        { new RmsProp(Momentum: 0.9, Centered: true), null },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void An_interrupted_run_goes_on_bit_for_bit(Optimizer optimizer, double? averageDecay)
    {
        using TempFolder folder = new();
        NetworkDefinition network = FeedForward.Create(new(2), 1, [16, 8], dropout: 0.2, batchNorm: true);
        TrainingOptions options = new()
        {
            Loss = new BinaryCrossEntropyLoss(),
            Epochs = 6, BatchSize = 16, Seed = 4, LearningRate = 0.01, Optimizer = optimizer, AverageDecay = averageDecay,
            GradientClipNorm = 1, Schedule = new OneCycleSchedule(), EarlyStopping = new(20),
        };
        TrainingResult whole = Fit(network, options);
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() => NetworkTrainer.Fit(
            network, new CancellingEngine(Engine, 25, source), Rings(100, 1), Rings(40, 2), options with { Checkpoints = new(folder.Path) },
            cancellation: source.Token));
        TrainingResult resumed = Fit(network, options with { Checkpoints = new(folder.Path) });

        Assert.Equal(whole.History.Select(Values), resumed.History.Select(Values));
        Assert.All(whole.Model.Weights, pair => Assert.Equal(pair.Value.Values, resumed.Model.Weights[pair.Key].Values));

        static (double, double?, double?, double) Values(EpochRecord e) => (e.Loss, e.ValidationLoss, e.ValidationMetric, e.LearningRate);
    }

    [Fact]
    public void A_network_learns_what_no_line_can_part()
    {
        TrainingOptions options =
            new() { Loss = new BinaryCrossEntropyLoss(), Epochs = 60, LearningRate = 0.01, EarlyStopping = new(60) };
        TrainingResult result = Fit(FeedForward.Create(new(2), 1, [16, 16]), options);
        Assert.InRange(result.History[^1].Loss, 0, result.History[0].Loss / 5);
        Assert.InRange(result.History[result.BestEpoch - 1].ValidationMetric!.Value, 0.97, 1);
        // No line does better than the larger class.
        Assert.InRange(Fit(FeedForward.Create(new(2), 1, []), options).History[^1].ValidationMetric!.Value, 0.3, 0.75);
    }

    [Fact]
    public void A_last_batch_of_one_example_does_not_hurt_batch_normalisation()
    {
        TrainingOptions options = new() { Loss = new BinaryCrossEntropyLoss(), Epochs = 3, BatchSize = 32, LearningRate = 0.01 };
        NetworkModel model = NetworkTrainer.Fit(
            FeedForward.Create(new(2), 1, [8], batchNorm: true), Engine, Rings(97, 1), null, options).Model;
        Assert.All(model.Weights, pair => Assert.All(pair.Value.Values, value => Assert.True(float.IsFinite(value), pair.Key)));
        Assert.All(model.Weights["1.running_var"].Values, variance => Assert.InRange(variance, 0.01f, 10));
    }

    [Fact]
    public void Too_high_a_learning_rate_is_reported_as_divergence()
    {
        TrainingOptions options =
            new() { Loss = new MeanSquaredErrorLoss(), Epochs = 200, LearningRate = 100, Optimizer = new Sgd() };
        var e = Assert.Throws<TrainingDivergedException>(() => Fit(FeedForward.Create(new(2), 1, [16]), options));
        Assert.Equal(100, e.LearningRate);
        Assert.Contains("learning rate 100", e.Message);
    }

    [Fact]
    public void Frozen_parameters_stay()
    {
        NetworkDefinition network = FeedForward.Create(new(2), 1, [8]);
        NetworkWeights initial = NetworkWeights.Initialize(network, 1);
        TrainingOptions options = new() { Loss = new BinaryCrossEntropyLoss(), Epochs = 2, Frozen = ["0"] };
        NetworkWeights trained = NetworkTrainer.Fit(network, Engine, Rings(64, 1), null, options, initial).Model.Weights;
        Assert.Equal(initial["0.weight"].Values, trained["0.weight"].Values);
        Assert.NotEqual(initial["2.weight"].Values, trained["2.weight"].Values);
    }

    private static TrainingResult Fit(NetworkDefinition network, TrainingOptions options) =>
        NetworkTrainer.Fit(network, Engine, Rings(100, 1), Rings(40, 2), options);

    /// <summary>Points in a disc (1) and in the ring around it (0).</summary>
    private static TrainingData Rings(int count, int seed)
    {
        Random random = new(seed);
        float[] features = new float[2 * count];
        float[] targets = new float[count];
        for (int i = 0; i < count; i++)
        {
            targets[i] = i % 2;
            double angle = 2 * Math.PI * random.NextDouble();
            double radius = i % 2 == 1 ? random.NextDouble() : 1.5 + random.NextDouble();
            (features[2 * i], features[2 * i + 1]) = ((float)(radius * Math.Cos(angle)), (float)(radius * Math.Sin(angle)));
        }
        return new InMemoryTrainingData<float>(new(2), features, targets);
    }

    /// <summary>An engine that cancels its run in a given step.</summary>
    private sealed class CancellingEngine(INetworkEngine engine, int step, CancellationTokenSource source) : INetworkEngine
    {
        public string Name => engine.Name;

        public string Arithmetic => engine.Arithmetic;

        public ITrainingSession CreateTrainingSession(NetworkDefinition network, NetworkWeights weights, TrainingSessionOptions options) =>
            new Session(engine.CreateTrainingSession(network, weights, options), step, source);

        public ICompiledNetwork Compile(NetworkModel model) => engine.Compile(model);

        private sealed class Session(ITrainingSession session, int step, CancellationTokenSource source) : ITrainingSession
        {
            private int _steps;

            public double TrainStep(in TrainingBatch batch, double learningRate)
            {
                if (_steps++ == step)
                    source.Cancel();
                return session.TrainStep(batch, learningRate);
            }

            public double LossWeight => session.LossWeight;

            public void ReadOutputs(Span<float> outputs) => session.ReadOutputs(outputs);

            public double ComputeGradients(in TrainingBatch batch) => session.ComputeGradients(batch);

            public int GradientLength => session.GradientLength;

            public void Forward(ReadOnlySpan<float> features, int count, Span<float> outputs, int part) =>
                session.Forward(features, count, outputs, part);

            public void Backward(ReadOnlySpan<float> outputGradients, Span<float> inputGradients) =>
                session.Backward(outputGradients, inputGradients);

            public bool Update(double learningRate) => session.Update(learningRate);

            public void ReadGradients(Span<float> gradients) => session.ReadGradients(gradients);

            public void WriteGradients(ReadOnlySpan<float> gradients) => session.WriteGradients(gradients);

            public void ReadGradients(NetworkWeights gradients) => session.ReadGradients(gradients);

            public void Infer(ReadOnlySpan<float> features, int count, Span<float> outputs) => session.Infer(features, count, outputs);

            public void ReadWeights(NetworkWeights weights) => session.ReadWeights(weights);

            public void WriteWeights(NetworkWeights weights) => session.WriteWeights(weights);

            public NetworkWeights ReadState() => session.ReadState();

            public void WriteState(NetworkWeights state) => session.WriteState(state);

            public void Dispose() => session.Dispose();
        }
    }
}
