using MLNetExtensions.Networks.Training;
using Xunit;

namespace MLNetExtensions.Networks.Tests;

public sealed class NetworkTrainerTests
{
    private static readonly TrainingOptions Options =
        new() { Loss = new L1Loss(), Epochs = 3, BatchSize = 4, LearningRate = 0.01, Optimizer = new Sgd() };

    public static TheoryData<TrainingOptions, string> InvalidOptions => new()
    {
        { Options with { Epochs = 0 }, "Epochs must be at least 1" },
        { Options with { BatchSize = 0 }, "BatchSize must be at least 1" },
        { Options with { LearningRate = 0 }, "LearningRate must be above 0" },
        { Options with { LearningRate = double.NaN }, "LearningRate must be above 0" },
        { Options with { Optimizer = new Sgd(WeightDecay: -1) }, "WeightDecay of Sgd must be at least 0" },
        { Options with { Optimizer = new Sgd(Momentum: -1) }, "Momentum of Sgd must be at least 0" },
        { Options with { Optimizer = new Sgd(Nesterov: true) }, "Momentum of Sgd must be above 0 for Nesterov" },
        { Options with { Optimizer = new Sgd(Momentum: 0.9, Dampening: 0.1, Nesterov: true) },
            "Dampening of Sgd must be 0 for Nesterov" },
        { Options with { Optimizer = new Adam(Beta1: 1) }, "Beta1 of Adam must be in [0, 1)" },
        { Options with { Optimizer = new AdamW(Beta2: -0.1) }, "Beta2 of AdamW must be in [0, 1)" },
        { Options with { Optimizer = new Adam(Epsilon: -1) }, "Epsilon of Adam must be at least 0" },
        { Options with { Optimizer = new RmsProp(Alpha: 1) }, "Alpha of RmsProp must be in [0, 1)" },
        { Options with { GradientClipNorm = 0 }, "GradientClipNorm must be above 0" },
        { Options with { GradientClipValue = -1 }, "GradientClipValue must be above 0" },
        { Options with { AverageDecay = 1 }, "AverageDecay must be in [0, 1)" },
        { Options with { EarlyStopping = new(-1) }, "Patience must be at least 0" },
        { Options with { Checkpoints = new("x", 0) }, "EveryEpochs must be at least 1" },
        { Options with { Loss = new CrossEntropyLoss() }, "at least two" },
        { Options with { Loss = null }, "Loss is not set" },
        { Options with { Frozen = ["0.weight", "0.weigth"] }, "Frozen names '0.weigth', but the network has no such parameter" },
        { Options with { Frozen = ["features"] }, "Frozen names 'features', but the network has no such parameter" },
        { Options with { Augmentations = [new RandomCrop()] }, "RandomCrop needs images" },
    };

    [Theory]
    [MemberData(nameof(InvalidOptions))]
    public void Invalid_options_are_named(TrainingOptions options, string message)
    {
        FakeEngine engine = new();
        var e = Assert.ThrowsAny<ArgumentException>(() => Fit(engine, TrainingSets.Numbered(8), options));
        Assert.Contains(message, e.Message);
        Assert.Empty(engine.Sessions);
    }

    [Fact]
    public void Data_that_does_not_fit_is_named()
    {
        Check("training set has no examples", TrainingSets.Numbered(0), null);
        Check("validation set has no examples", TrainingSets.Numbered(4), TrainingSets.Numbered(0));
        Check("training examples have shape [3] but the network takes [2]", TrainingSets.Numbered(4, features: 3), null);
        Check(
            "training examples have 2 targets each, but L1Loss needs 1 for 1 outputs",
            new InMemoryTrainingData<float>(new(2), new float[8], new float[8], targetSize: 2),
            null);
        Check("Every training example has weight 0", new InMemoryTrainingData<float>(new(2), new float[8], new float[4], new float[4]), null);

        static void Check(string message, TrainingData data, TrainingData? validation) => Assert.Contains(message, Assert.Throws<ArgumentException>(
            () => NetworkTrainer.Fit(TrainingSets.LinearNetwork(), new FakeEngine(), data, validation, Options)).Message);
    }

    [Fact]
    public void Options_reach_the_session()
    {
        FakeEngine engine = new();
        Fit(engine, TrainingSets.Numbered(9), Options with
        {
            Seed = 5, GradientClipNorm = 2, GradientClipValue = 3, AverageDecay = 0.5, Frozen = ["0.bias"],
        });
        FakeEngine.FakeSession session = Assert.Single(engine.Sessions);
        Assert.Equal((4, 5, 2.0, 3.0, 0.5), (session.Options.BatchSize, session.Options.Seed, session.Options.GradientClipNorm,
            session.Options.GradientClipValue, session.Options.AverageDecay));
        Assert.Equal(["0.bias"], session.Options.Frozen);
        Assert.True(session.IsDisposed);
    }

    [Fact]
    public void A_loss_of_the_examples_is_averaged_by_their_weights()
    {
        // Batches of 4 and 2 examples with losses 1 and 4, weights 1 and 3.
        TrainingData data = new InMemoryTrainingData<float>(new(2), new float[12], new float[6], [1, 1, 1, 1, 3, 3]);
        FakeEngine engine = new() { TrainingLoss = step => step == 0 ? 1 : 4 };
        TrainingResult result = Fit(engine, data, Options with { Epochs = 1, Shuffle = false });
        Assert.Equal((4.0 * 1 + 6 * 4) / 10, result.History[0].Loss, 1e-12);
        Assert.Equal([4, 2], engine.BatchSizes);
    }

    [Fact]
    public void Validation_weighs_its_examples()
    {
        TrainingData validation = new InMemoryTrainingData<float>(new(2), new float[10], [0, 0, 0, 0, 5], [1, 1, 1, 1, 4]);
        TrainingResult result = NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), new FakeEngine { Output = _ => 1 }, TrainingSets.Numbered(4), validation, Options);
        Assert.Equal((4 * 1 + 4 * 4) / 8.0, result.History[0].ValidationLoss!.Value, 1e-12);
        Assert.Equal((4 * 1 + 4 * 4) / 8.0, result.History[0].ValidationMetric!.Value, 1e-12);
    }

    [Fact]
    public void The_schedule_counts_steps_over_the_run_and_hears_the_validation_loss()
    {
        FakeEngine engine = new();
        Fit(engine, TrainingSets.Numbered(8), Options with { Schedule = new StepSchedule(1, 0.5), LearningRate = 1 });
        Assert.Equal([1, 1, 0.5, 0.5, 0.25, 0.25], engine.Rates);

        engine = new() { Output = _ => 1 };
        TrainingResult result = NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), engine, TrainingSets.Numbered(4), TrainingSets.Numbered(4),
            Options with { Schedule = new ReduceOnPlateauSchedule(0.5, Patience: 0), LearningRate = 1 });
        Assert.Equal([1, 1, 0.5], result.History.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void Without_a_learning_rate_it_is_the_optimisers()
    {
        (Optimizer Optimizer, double Rate)[] defaults =
            [(new Sgd(), 1e-3), (new Adam(), 1e-3), (new AdamW(), 1e-3), (new RmsProp(), 1e-2)];
        foreach ((Optimizer optimizer, double rate) in defaults)
        {
            FakeEngine engine = new();
            Fit(engine, TrainingSets.Numbered(4), Options with { Optimizer = optimizer, LearningRate = null });
            Assert.Equal([rate, rate, rate], engine.Rates);
        }
    }

    [Fact]
    public void A_run_takes_the_options_as_they_are_when_it_begins()
    {
        List<string> frozen = [];
        Dictionary<string, double> factors = [];
        Dictionary<string, int> frozenEpochs = [];
        TrainingOptions options = Options with { Frozen = frozen, FrozenEpochs = frozenEpochs, LearningRateFactors = factors };
        TrainingOptions copy = options.Copy();
        FakeEngine engine = new()
        {
            OnStep = _ =>
            {
                (options.Epochs, options.LearningRate) = (9, 5);
                frozen.Add("0");
                (factors["0"], frozenEpochs["0"]) = (2, 1);
            },
        };
        Fit(engine, TrainingSets.Numbered(4), options);
        Assert.Equal([0.01, 0.01, 0.01], engine.Rates);
        Assert.Equal((0, 0, 0), (copy.Frozen.Count, copy.FrozenEpochs.Count, copy.LearningRateFactors.Count));
    }

    [Fact]
    public void One_seed_gives_one_result_and_another_another()
    {
        float[] first = Weights(Fit(new(), TrainingSets.Numbered(9), Options with { Seed = 1 }));
        Assert.Equal(first, Weights(Fit(new(), TrainingSets.Numbered(9), Options with { Seed = 1 })));
        Assert.NotEqual(first, Weights(Fit(new(), TrainingSets.Numbered(9), Options with { Seed = 2 })));
    }

    [Fact]
    public void Without_a_seed_it_is_0()
    {
        Assert.Null(new TrainingOptions().Seed);
        float[] first = Weights(Fit(new(), TrainingSets.Numbered(9), Options));
        Assert.Equal(first, Weights(Fit(new(), TrainingSets.Numbered(9), Options with { Seed = 0 })));
        Assert.NotEqual(first, Weights(Fit(new(), TrainingSets.Numbered(9), Options with { Seed = 2 })));
    }

    [Theory]
    [InlineData("features", "features.0.weight features.0.bias features.1.weight features.1.bias features.1.running_mean features.1.running_var")]
    [InlineData("features.0", "features.0.weight features.0.bias")]
    [InlineData("features.0.bias", "features.0.bias")]
    public void A_group_a_layer_or_a_parameter_can_be_frozen(string path, string frozen)
    {
        NetworkDefinition network = NetworkDefinition.Build(new(2), layers => layers
            .Sequential("features", features => features.Linear(3).BatchNorm1d()).Linear(2, name: "features10").Linear(1));
        FakeEngine engine = new();
        NetworkTrainer.Fit(network, engine, TrainingSets.Numbered(8), null, Options with { Frozen = [path] });
        Assert.Equal(frozen.Split(' ').Order(), engine.Sessions[0].Options.Frozen.Order());
    }

    [Fact]
    public void A_network_must_not_end_in_what_its_loss_applies()
    {
        FakeEngine engine = new();
        Check(new BinaryCrossEntropyLoss(), layers => layers.Linear(1).Sigmoid("last"), "Sigmoid ('last'), but BinaryCrossEntropyLoss");
        Check(new CrossEntropyLoss(), layers => layers.Linear(3).Softmax("last"), "Softmax ('last'), but CrossEntropyLoss");
        Check(
            new CrossEntropyLoss(), layers => layers.Linear(3).Softmax("last").Dropout().Reshape(new(3, 1)).Flatten(),
            "Softmax ('last'), but CrossEntropyLoss");
        Check(
            new SequenceCrossEntropyLoss(2), layers => layers.Linear(2).Reshape(new(1, 2)).Softmax("last"),
            "Softmax ('last'), but SequenceCrossEntropyLoss");
        Check(
            new EvidenceLowerBoundLoss(),
            layers => layers.Linear(1, name: "mean").Output("mean").Linear(1).Output("log_variance").Linear(1).Sigmoid("last")
                .Output("reconstruction"),
            "Sigmoid ('last'), but EvidenceLowerBoundLoss");
        Assert.Empty(engine.Sessions);
        Train(new L1Loss(), layers => layers.Linear(1).Sigmoid());
        Train(new CrossEntropyLoss(), layers => layers.Linear(3).Softmax().Linear(3));
        Assert.Equal(2, engine.Sessions.Count);

        void Check(Loss loss, Action<NetworkBuilder> build, string message) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => Train(loss, build)).Message);

        void Train(Loss loss, Action<NetworkBuilder> build) => NetworkTrainer.Fit(
            NetworkDefinition.Build(new(2), build), engine, TrainingSets.Numbered(8), null, Options with { Loss = loss });
    }

    [Fact]
    public void Initial_weights_are_taken_and_left_alone()
    {
        NetworkDefinition network = TrainingSets.LinearNetwork();
        NetworkWeights initial = new([new("0.weight", new(new(1, 2), [1, 2])), new("0.bias", new(new(1), [3]))]);
        TrainingData zeros = new InMemoryTrainingData<float>(new(2), new float[8], new float[4]);
        NetworkWeights trained = NetworkTrainer.Fit(network, new FakeEngine(), zeros, null, Options, initial).Model.Weights;
        Assert.Equal([1, 2], trained["0.weight"].Values);
        NetworkTrainer.Fit(network, new FakeEngine(), TrainingSets.Numbered(4), null, Options, initial);
        Assert.Equal([1, 2], initial["0.weight"].Values);
        Assert.Throws<ArgumentException>(() => NetworkTrainer.Fit(
            network, new FakeEngine(), zeros, null, Options, new NetworkWeights([])));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Divergence_ends_the_run_and_keeps_the_best(double loss)
    {
        // Two steps an epoch; the second epoch is the best, the fourth diverges in its second step.
        double[] losses = [5, 5, 2, 2, 3, 3, 3, loss];
        FakeEngine engine = new() { TrainingLoss = step => losses[step] };
        TrainingOptions options = Options with { Epochs = 10, LearningRate = 0.25 };
        var e = Assert.Throws<TrainingDivergedException>(() => Fit(engine, TrainingSets.Numbered(8), options));
        Assert.Equal((4, 2, 0.25), (e.Epoch, e.Step, e.LearningRate));
        Assert.Contains("in epoch 4, step 2, at learning rate 0.25", e.Message);
        Assert.Contains("gradient clipping", e.Message);
        Assert.Equal((3, 2, StopReason.Diverged), (e.Best!.History.Count, e.Best.BestEpoch, e.Best.StopReason));
        engine = new() { TrainingLoss = step => losses[step] };
        Assert.Equal(Weights(Fit(engine, TrainingSets.Numbered(8), options with { Epochs = 2 })), Weights(e.Best));
    }

    [Fact]
    public void Divergence_in_the_first_epoch_has_no_best()
    {
        FakeEngine engine = new() { TrainingLoss = _ => double.NaN };
        var e = Assert.Throws<TrainingDivergedException>(() => Fit(engine, TrainingSets.Numbered(8), Options));
        Assert.Null(e.Best);
        Assert.True(engine.Sessions[0].IsDisposed);
    }

    [Fact]
    public void A_validation_loss_that_is_not_finite_is_divergence()
    {
        FakeEngine engine = new() { Output = steps => steps > 2 ? float.NaN : 1 };
        var e = Assert.Throws<TrainingDivergedException>(() => NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), engine, TrainingSets.Numbered(8), TrainingSets.Numbered(3), Options));
        Assert.Contains("the validation loss became NaN in epoch 2", e.Message);
        Assert.Equal(1, e.Best!.BestEpoch);
    }

    [Fact]
    public void Cancellation_ends_the_run_in_mid_epoch()
    {
        using CancellationTokenSource source = new();
        FakeEngine engine = new() { OnStep = step => { if (step == 3) source.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), engine, TrainingSets.Numbered(12), null, Options, cancellation: source.Token));
        Assert.Equal(4, engine.Rates.Count);
        Assert.True(engine.Sessions[0].IsDisposed);
    }

    [Fact]
    public void Cancellation_ends_the_run_within_a_batch_of_validation()
    {
        using CancellationTokenSource source = new();
        int scored = 0;
        FakeEngine engine = new()
        {
            Output = _ =>
            {
                if (++scored == 3)
                    source.Cancel();
                return 1;
            },
        };
        Assert.Throws<OperationCanceledException>(() => NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), engine, TrainingSets.Numbered(4), TrainingSets.Numbered(4000), Options, cancellation: source.Token));
        Assert.Equal(3, scored);
        Assert.True(engine.Sessions[0].IsDisposed);
    }

    /// <summary>Batches that are read by a thread of their own (the large ones) and by the calling one.</summary>
    [Theory]
    [InlineData(20_000)]
    [InlineData(2)]
    public void Cancellation_ends_the_run_within_a_batch_that_is_read(int features)
    {
        using CancellationTokenSource source = new();
        SlowData data = new(features, batch => { if (batch == 3) source.Cancel(); });
        NetworkDefinition network = NetworkDefinition.Build(new(features), layers => layers.Linear(1));
        FakeEngine engine = new();
        Assert.Throws<OperationCanceledException>(() =>
            NetworkTrainer.Fit(network, engine, data, null, Options with { Shuffle = false }, cancellation: source.Token));
        Assert.InRange(data.Batches, 3, 4);
        Assert.InRange(engine.Rates.Count, 1, 3);
        Assert.True(engine.Sessions[0].IsDisposed);
    }

    [Fact]
    public void Cancellation_is_seen_while_the_data_of_a_checkpoint_are_described()
    {
        using TempFolder folder = new();
        using CancellationTokenSource source = new();
        SlowData data = new(2, row => { if (row == 3) source.Cancel(); });
        FakeEngine engine = new();
        Assert.Throws<OperationCanceledException>(() => NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), engine, data, null, Options with { Checkpoints = new(folder.Path) }, cancellation: source.Token));
        Assert.Equal(3, data.Batches);
        Assert.Empty(engine.Sessions);
    }

    [Fact]
    public void Cancellation_gives_the_best_epoch_if_asked_to()
    {
        using CancellationTokenSource source = new();
        FakeEngine engine = new() { OnStep = step => { if (step == 4) source.Cancel(); } };
        TrainingOptions options = Options with { KeepResultWhenCanceled = true };
        TrainingResult result = NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), engine, TrainingSets.Numbered(12), null, options, cancellation: source.Token);
        Assert.Equal((1, 1, StopReason.Canceled), (result.History.Count, result.BestEpoch, result.StopReason));
        Assert.Equal(Weights(Fit(new(), TrainingSets.Numbered(12), options with { Epochs = 1 })), Weights(result));
        Assert.Throws<OperationCanceledException>(() => NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), new FakeEngine(), TrainingSets.Numbered(12), null, options, cancellation: new(true)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_allocates_nothing(bool costly)
    {
        TrainingData data = costly ? TrainingSets.Images(400) : TrainingSets.Numbered(400);
        NetworkDefinition network = NetworkDefinition.Build(data.FeatureShape, layers => layers.Flatten().Linear(1));
        FakeEngine engine = new();
        using CancellationTokenSource source = new();
        NetworkTrainer.Fit(network, engine, data, null, Options with
        {
            Schedule = new CosineSchedule(),
            Augmentations = costly ? [new RandomCrop(2), new RandomHorizontalFlip(), new RandomBrightness()] : [],
        }, cancellation: source.Token);
        Assert.Equal(300, engine.Allocated.Count);
        // Within the last epoch; the first one compiles.
        for (int step = 202; step < 300; step++)
            Assert.Equal(0, engine.Allocated[step] - engine.Allocated[step - 1]);
    }

    [Fact]
    public void Progress_comes_ten_times_a_second_and_at_the_end()
    {
        Reports reports = new();
        FakeEngine engine = new() { OnStep = _ => Thread.Sleep(10), TrainingLoss = step => step };
        NetworkTrainer.Fit(
            TrainingSets.LinearNetwork(), engine, TrainingSets.Numbered(80), TrainingSets.Numbered(3), Options with { Epochs = 2 }, progress: reports);
        TrainingProgress last = reports.All[^1];
        Assert.Equal((2, 2, 20, 20, TimeSpan.Zero), (last.Epoch, last.Epochs, last.Step, last.Steps, last.Remaining));
        Assert.InRange(reports.All.Count, 3, 1 + (int)(last.Elapsed.TotalSeconds * 10));
        TrainingProgress first = reports.All[0];
        Assert.Equal((1, (first.Step - 1) / 2.0, 0.01), (first.Epoch, first.Loss, first.LearningRate));
        Assert.Null(first.LastEpoch);
        Assert.InRange(first.ExamplesPerSecond, 1, 400);
        double expected = first.Elapsed.TotalSeconds / first.Step * (40 - first.Step);
        Assert.Equal(expected, first.Remaining.TotalSeconds, 1e-6);
        Assert.Equal(2, last.LastEpoch!.Epoch);
    }

    private static TrainingResult Fit(FakeEngine engine, TrainingData data, TrainingOptions options) =>
        NetworkTrainer.Fit(TrainingSets.LinearNetwork(), engine, data, null, options);

    private static float[] Weights(TrainingResult result) => result.Model.Weights["0.weight"].Values;

    /// <summary>Data that say which read they are at, counted from 1.</summary>
    private sealed class SlowData(int features, Action<int> read) : TrainingData(new(features), new float[400], null, 1)
    {
        public int Batches { get; private set; }

        public override void CopyFeatures(ReadOnlySpan<int> rows, Span<float> features) => read(++Batches);
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }
}
